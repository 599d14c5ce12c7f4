/* Reads front matter with libyaml, which is loaded when it is needed. */
#include "front_matter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "encoding_mark.h"
#include "library.h"

static struct {
    int (*initialize)(yaml_parser_t *);
    void (*set_input)(yaml_parser_t *, const unsigned char *, size_t);
    int (*load)(yaml_parser_t *, yaml_document_t *);
    yaml_node_t *(*root)(yaml_document_t *);
    yaml_node_t *(*node)(yaml_document_t *, int);
    void (*delete_document)(yaml_document_t *);
    void (*delete_parser)(yaml_parser_t *);
} yaml;

static bool load(char why[FRONT_MATTER_WHY_BYTES])
{
    static const struct library_function functions[] = {
        {"yaml_parser_initialize", &yaml.initialize},
        {"yaml_parser_set_input_string", &yaml.set_input},
        {"yaml_parser_load", &yaml.load},
        {"yaml_document_get_root_node", &yaml.root},
        {"yaml_document_get_node", &yaml.node},
        {"yaml_document_delete", &yaml.delete_document},
        {"yaml_parser_delete", &yaml.delete_parser},
        {NULL, NULL},
    };

    if (yaml.initialize != NULL || library_load("libyaml-0.so.2", functions))
        return true;
    snprintf(why, FRONT_MATTER_WHY_BYTES,
             "reading it needs libyaml-0.so.2, which is not here: install the Debian package libyaml-0-2");
    return false;
}

static const char *text_of(const yaml_node_t *node)
{
    return node != NULL && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

static bool keep(char **to, const yaml_node_t *node)
{
    const char *text = text_of(node);

    free(*to);
    *to = text != NULL ? strdup(text) : NULL;
    return *to != NULL;
}

/* A sequence of texts, or one. False: something else, or too many. */
static bool keep_list(yaml_document_t *document, const yaml_node_t *node, char **to, size_t *count)
{
    if (node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0)
        return true;
    if (node->type == YAML_SCALAR_NODE)
        return keep(&to[(*count)++], node);
    if (node->type != YAML_SEQUENCE_NODE)
        return false;
    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++) {
        if (*count == FRONT_MATTER_LIST || !keep(&to[*count], yaml.node(document, *item)))
            return false;
        (*count)++;
    }
    return true;
}

/* One `name: value`. NULL, or what is wrong with it. */
static const char *take_pair(struct front_matter *matter, yaml_document_t *document, const char *name,
                             const yaml_node_t *value)
{
    if (strcmp(name, "depends") == 0)
        return matter->depend_count == 0 && keep_list(document, value, matter->depends, &matter->depend_count)
                   ? NULL
                   : "`depends` is a list of up to 16 tasks";
    if (strcmp(name, "tags") == 0)
        return matter->tag_count == 0 && keep_list(document, value, matter->tags, &matter->tag_count)
                   ? NULL
                   : "`tags` is a list of up to 16 words";
    char **to = strcmp(name, "state") == 0      ? &matter->state
                : strcmp(name, "priority") == 0 ? &matter->priority
                : strcmp(name, "category") == 0 ? &matter->category
                : strcmp(name, "title") == 0    ? &matter->title
                                                : NULL;
    if (to == NULL || keep(to, value))
        return NULL;
    return "`state`, `priority`, `category` and `title` are texts";
}

static const char *take_document(struct front_matter *matter, yaml_document_t *document)
{
    const yaml_node_t *root = yaml.root(document);

    if (root == NULL)
        return NULL;
    if (root->type != YAML_MAPPING_NODE)
        return "its front matter is no mapping (name: value)";
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
        const char *name = text_of(yaml.node(document, pair->key));
        const yaml_node_t *value = yaml.node(document, pair->value);
        const char *wrong = name != NULL && value != NULL ? take_pair(matter, document, name, value) : NULL;
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

static bool parse(struct front_matter *matter, const char *text, size_t size, char why[FRONT_MATTER_WHY_BYTES])
{
    yaml_document_t document;
    yaml_parser_t parser;
    const char *wrong = NULL;

    if (!load(why))
        return false;
    if (!yaml.initialize(&parser)) {
        snprintf(why, FRONT_MATTER_WHY_BYTES, "there is no memory for it");
        return false;
    }
    yaml.set_input(&parser, (const unsigned char *)text, size);
    if (!yaml.load(&parser, &document)) {
        snprintf(why, FRONT_MATTER_WHY_BYTES, "its front matter is not YAML: %s (line %zu)",
                 parser.problem != NULL ? parser.problem : "bad text", parser.problem_mark.line + 2);
        yaml.delete_parser(&parser);
        return false;
    }
    wrong = take_document(matter, &document);
    yaml.delete_document(&document);
    yaml.delete_parser(&parser);
    if (wrong != NULL)
        snprintf(why, FRONT_MATTER_WHY_BYTES, "%s", wrong);
    return wrong == NULL;
}

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));

    return newline != NULL ? newline + 1 : end;
}

static bool is_dashes(const char *at, const char *end)
{
    return end - at >= 3 && memcmp(at, "---", 3) == 0 && (end - at == 3 || at[3] == '\n' || at[3] == '\r');
}

/* The first heading of what follows that says something. */
static void take_heading(struct front_matter *matter, const char *at, const char *end)
{
    for (; at < end; at = line_end(at, end)) {
        const char *last = line_end(at, end);
        if (last - at < 3 || memcmp(at, "# ", 2) != 0)
            continue;
        while (last > at && strchr("\r\n ", last[-1]) != NULL)
            last--;
        if (last <= at + 2 || at[2] == '\0')
            continue;
        matter->title = strndup(at + 2, (size_t)(last - at - 2));
        return;
    }
}

bool front_matter_read(struct front_matter *matter, const char *text, size_t size, char why[FRONT_MATTER_WHY_BYTES])
{
    const char *end = text + size;

    text += encoding_mark_size(text, size);
    const char *begin = line_end(text, end), *at = begin;
    *matter = (struct front_matter){.found = is_dashes(text, begin)};
    if (!matter->found)
        return true;
    while (at < end && !is_dashes(at, line_end(at, end)))
        at = line_end(at, end);
    if (at == end) {
        snprintf(why, FRONT_MATTER_WHY_BYTES, "its front matter has no end: a line of three dashes");
        return false;
    }
    if (!parse(matter, begin, (size_t)(at - begin), why)) {
        front_matter_deinit(matter);
        return false;
    }
    if (matter->title != NULL && matter->title[0] == '\0') {
        free(matter->title);
        matter->title = NULL;
    }
    if (matter->title == NULL)
        take_heading(matter, line_end(at, end), end);
    return true;
}

void front_matter_deinit(struct front_matter *matter)
{
    free(matter->title);
    free(matter->state);
    free(matter->priority);
    free(matter->category);
    for (size_t i = 0; i < FRONT_MATTER_LIST; i++) {
        free(matter->depends[i]);
        free(matter->tags[i]);
    }
    *matter = (struct front_matter){0};
}
