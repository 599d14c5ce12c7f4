# Sourced by tools/broker: Kafka's artefacts, fetched by Maven, and how a program out of them is run.

KAFKA_VERSION=4.1.2
CACHE=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/dibs/kafka-$KAFKA_VERSION-with-tools
HEAP=256m

write_pom()
{
    cat >"$1" <<TEXT
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dibs</groupId><artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$KAFKA_VERSION</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>$KAFKA_VERSION</version>
      <exclusions>
        <exclusion><groupId>org.apache.kafka</groupId><artifactId>connect-runtime</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>2.0.17</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
TEXT
}

jars_are_there()
{
    local jar
    [ -s "$CACHE/classpath" ] || return 1
    while read -r -d : jar || [ -n "$jar" ]; do
        [ -f "$jar" ] || return 1
    done <"$CACHE/classpath"
}

# First without the network, from what Maven has kept.
fetch()
{
    jars_are_there && return 0
    command -v mvn >/dev/null || die "Kafka $KAFKA_VERSION is not here yet and mvn is missing: install the package maven"
    write_pom "$CACHE/pom.xml"
    local mode
    for mode in -o ""; do
        [ -n "$mode" ] || say "fetching Kafka $KAFKA_VERSION with Maven (45 MB, once)"
        # shellcheck disable=SC2086 # nothing or one option
        mvn -q -B $mode -f "$CACHE/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
            "-Dmdep.outputFile=$CACHE/classpath.$$" -Dmdep.includeScope=runtime >"$CACHE/mvn.log" 2>&1 &&
            mv "$CACHE/classpath.$$" "$CACHE/classpath" && return 0
    done
    tail -n 20 "$CACHE/mvn.log" >&2
    die "Maven could not fetch Kafka $KAFKA_VERSION: is there a network? (the whole text is in $CACHE/mvn.log)"
}

# Class data that a JVM has written once is mapped by the next ones: half the start. It fits one java and class path.
archive_path()
{
    echo "$CACHE/$( (java -version 2>&1; cat "$CACHE/classpath") | cksum | tr ' ' -).jsa"
}

# One at a time: several tests may begin at once on a new machine.
prepare()
{
    command -v java >/dev/null || die "java is missing: install the package default-jre-headless"
    mkdir -p "$CACHE" || die "cannot make $CACHE"
    exec 9>"$CACHE/lock"
    flock 9
    fetch
    archive=$(archive_path)
    [ -e "$archive" ] || make_archive
    exec 9>&-
}

make_archive()
{
    say "making the class archive (once)"
    local warm=$CACHE/warm.$$
    ARCHIVE_OPTION="-XX:ArchiveClassesAtExit=$archive.$$"
    (up "$warm" --parent $$ >/dev/null) && (open_cluster "$warm" && stop_node 1)
    ARCHIVE_OPTION=
    [ -s "$archive.$$" ] && mv "$archive.$$" "$archive"
    rm -rf "$warm" "$archive.$$"
    [ -e "$archive" ] || say "no class archive could be made; brokers start slower"
}

JAVA_OPTIONS="-Xms$HEAP -Xmx$HEAP -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn"

# Becomes the JVM, in the network namespace $enter (a command's beginning, or nothing).
run_java()
{
    local option=${ARCHIVE_OPTION:-}
    [ -n "$option" ] || { [ -e "$archive" ] && option=-XX:SharedArchiveFile=$archive; }
    # shellcheck disable=SC2086 # lists of options
    exec ${enter:-} java $JAVA_OPTIONS $option -cp "$(cat "$CACHE/classpath")" "$@"
}

# Kafka's own command line programs, by the names of its scripts.
tool()
{
    local class
    case ${1%.sh} in
        kafka-topics) class=org.apache.kafka.tools.TopicCommand ;;
        kafka-configs) class=kafka.admin.ConfigCommand ;;
        kafka-acls) class=org.apache.kafka.tools.AclCommand ;;
        kafka-get-offsets) class=org.apache.kafka.tools.GetOffsetShell ;;
        kafka-delete-records) class=org.apache.kafka.tools.DeleteRecordsCommand ;;
        kafka-console-producer) class=org.apache.kafka.tools.ConsoleProducer ;;
        kafka-console-consumer) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
        kafka-producer-perf-test) class=org.apache.kafka.tools.ProducerPerformance ;;
        kafka-reassign-partitions) class=org.apache.kafka.tools.reassign.ReassignPartitionsCommand ;;
        kafka-leader-election) class=org.apache.kafka.tools.LeaderElectionCommand ;;
        kafka-storage) class=kafka.tools.StorageTool ;;
        kafka-server-start) class=kafka.Kafka ;;
        *) die "no tool '$1' here" ;;
    esac
    shift
    run_java "$class" "$@"
}
