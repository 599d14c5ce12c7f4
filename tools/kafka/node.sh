# Sourced by tools/broker: one node of a cluster in $dir: its ports and settings, its process, and what it answers.

# A port that nobody listens on or uses, below those that the kernel gives out by itself.
free_port()
{
    local port hex
    while :; do
        port=$((15000 + (RANDOM * 32768 + RANDOM) % 15000))
        hex=$(printf ':%04X ' $port)
        case $taken in *" $port "*) continue ;; esac
        cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q "$hex" && continue
        taken="$taken$port "
        return
    done
}

# Three ports a node: clients, controllers, SASL.
choose_ports()
{
    local n
    taken=" "
    for n in $(seq $((nodes * 3))); do
        free_port
    done
    # shellcheck disable=SC2086 # numbers
    printf '%s %s %s\n' $taken >"$dir/ports"
}

address_of() # node, column of ports
{
    echo "$(host_of "$1"):$(awk -v n="$1" -v c="$2" 'NR == n { print $c }' "$dir/ports")"
}

addresses() # column of ports
{
    local n list=
    for n in $(all_nodes); do
        list=${list:+$list,}$(address_of "$n" "$1")
    done
    echo "$list"
}

write_properties() # node
{
    local n=$1 voters= advertised users= m user sasl= clients=
    for m in $(seq "$nodes"); do
        voters=${voters:+$voters,}$m@$(address_of "$m" 2)
    done
    advertised=PLAINTEXT://$(address_of "$n" 1)
    for user in "${users_given[@]}"; do
        users="$users user_${user%%=*}=\"${user#*=}\""
        sasl=yes
    done
    case $sasl$tls in
        yes) clients=SASL_PLAINTEXT ;;
        tls) clients=SSL ;;
        yestls) clients=SASL_SSL ;;
    esac
    [ -z "$clients" ] || advertised=$advertised,CLIENTS://$(address_of "$n" 3)
    cat <<TEXT
process.roles=broker,controller
node.id=$n
controller.quorum.voters=$voters
listeners=$advertised,CONTROLLER://$(address_of "$n" 2)
advertised.listeners=$advertised
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${clients:+,CLIENTS:$clients}
log.dirs=$dir/n$n/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=2
num.io.threads=2
socket.listen.backlog.size=256
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
replica.fetch.backoff.ms=50
unclean.leader.election.enable=false
min.insync.replicas=1
TEXT
    [ -z "$sasl" ] || cat <<TEXT
sasl.enabled.mechanisms=PLAIN
listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required$users;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
TEXT
    [ -z "$tls" ] || cat <<TEXT
listener.name.clients.ssl.keystore.type=PEM
listener.name.clients.ssl.keystore.location=$dir/n$n/tls.pem
TEXT
    for m in "${settings[@]}"; do
        echo "$m"
    done
}

# An authority of this cluster's own, $dir/ca.pem, and a certificate for the node's address; good for two days.
certify_node() # node
{
    local home=$dir/n$1 host
    host=$(host_of "$1")
    command -v openssl >/dev/null || die "openssl is missing: install the package openssl"
    {
        [ -e "$dir/ca.pem" ] || openssl req -x509 -newkey rsa:2048 -noenc -days 2 -subj '/CN=throw-away authority' \
            -keyout "$dir/ca.key" -out "$dir/ca.pem"
        openssl req -newkey rsa:2048 -noenc -subj "/CN=$host" -keyout "$home/tls.key" -out "$home/tls.request" &&
            openssl x509 -req -in "$home/tls.request" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 2 \
                -extfile <(echo "subjectAltName=IP:$host") -out "$home/tls.certificate" &&
            cat "$home/tls.key" "$home/tls.certificate" >"$home/tls.pem"
    } >"$home/log" 2>&1 || { cat "$home/log" >&2; die "no certificate could be made"; }
}

# The storage's format is the same on all nodes but for two ids: one JVM's start is enough.
format_nodes()
{
    local n id
    id=$(random_id)
    (ARCHIVE_OPTION=${ARCHIVE_OPTION:+-Xshare:auto} run_java kafka.tools.StorageTool format -t "$id" \
        -c "$dir/n1/properties") >"$dir/n1/log" 2>&1 || { cat "$dir/n1/log" >&2; die "the storage could not be formatted"; }
    for n in $(seq 2 "$nodes"); do
        cp -R "$dir/n1/data" "$dir/n$n/data" || die "cannot write $dir/n$n"
        sed -e "s/^node.id=.*/node.id=$n/" -e "s/^directory.id=.*/directory.id=$(random_id)/" \
            "$dir/n1/data/meta.properties" >"$dir/n$n/data/meta.properties"
    done
}

# Kafka's spelling of 16 bytes; one that begins with a dash would be taken for an option.
random_id()
{
    local id
    id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
    echo "A${id#?}"
}

# Metadata v1 over a bare socket: the ids of the live brokers that node N knows; nothing when it doesn't answer.
brokers_known() # node
{
    local address
    address=$(address_of "$1" 1)
    timeout 2 bash -c '
        exec 3<>"/dev/tcp/${0%:*}/${0#*:}" || exit
        printf "\0\0\0\020\0\003\0\001\0\0\0\001\0\002is\0\0\0\0" >&3
        size=$(head -c 4 <&3 | od -An -tu1 -v | awk "{ print (\$3 * 256) + \$4 }")
        head -c "$size" <&3 | od -An -tu1 -v | tr -s " \n" "\n\n" | grep . | awk "
            { byte[NR] = \$1 }
            END {
                at = 9
                for (left = byte[7] * 256 + byte[8]; left > 0; left--) {
                    print byte[at + 3]
                    at += 6 + byte[at + 4] * 256 + byte[at + 5] + 4
                    at += 2 + (byte[at] == 255 ? 0 : byte[at] * 256 + byte[at + 1])
                }
            }"' "$address" 2>/dev/null
}

node_lives() # node
{
    local pid
    pid=$(cat "$dir/n$1/pid" 2>/dev/null) && grep -qsF "$dir/n$1/properties" "/proc/$pid/cmdline"
}

signal_node() # node, signal
{
    node_lives "$1" && kill "-$2" "$(cat "$dir/n$1/pid")"
}

# Without a watch a broker outlives a test that crashed. The pid is looked at again before it is killed.
watch_parent() # node, parent
{
    local tail
    tail --pid="$2" -f /dev/null &
    tail=$!
    trap "kill $tail; exit" TERM
    wait "$tail"
    signal_node "$1" KILL
}

# faked CLOCK: words that start a program whose clock stands so much elsewhere ("+3y"); time passes as ever.
faked()
{
    local library
    library=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
    [ -n "$library" ] || die "a clock that is off needs the package faketime"
    echo "env LD_PRELOAD=$library FAKETIME=$1 FAKETIME_DONT_RESET=1"
}

launch() # node [clock]
{
    local home=$dir/n$1 enter
    enter=$(enter_node "$1")
    [ -z "${2:-}" ] || enter="$enter $(faked "$2")" || exit
    (cd "$home" && umask 077 && run_java kafka.Kafka "$home/properties" >>"$home/log" 2>&1 </dev/null 3>&- 9>&-) &
    echo $! >"$home/pid"
    # Until it is java, it isn't known by its words, and would be taken for dead.
    until node_lives "$1" || ! kill -0 "$(cat "$home/pid")" 2>/dev/null; do
        sleep 0.01
    done
    [ -s "$dir/parent" ] || return 0
    [ -s "$home/watch" ] && kill "$(cat "$home/watch")" 2>/dev/null
    (watch_parent "$1" "$(cat "$dir/parent")") >/dev/null 2>&1 </dev/null 3>&- 9>&- &
    echo $! >"$home/watch"
}

# Until each node in the arguments knows itself and as many brokers as there ought to be; 1: one has died, or too long.
wait_ready() # how many, node...
{
    local want=$1 n known tries=0
    shift
    for n in "$@"; do
        while :; do
            known=$(brokers_known "$n")
            [ "$(echo "$known" | grep -c .)" -ge "$want" ] && echo "$known" | grep -qx "$n" && break
            node_lives "$n" || return 1
            tries=$((tries + 1))
            [ $tries -lt 600 ] || return 1
            sleep 0.1
        done
    done
}

wait_gone() # node
{
    local tries=0
    while node_lives "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 1200 ] || die "node $1 does not end"
        sleep 0.05
    done
    [ -s "$dir/n$1/watch" ] && kill "$(cat "$dir/n$1/watch")" 2>/dev/null
    rm -f "$dir/n$1/watch"
}

stop_node() # node
{
    signal_node "$1" TERM
    wait_gone "$1"
}
