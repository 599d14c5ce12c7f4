# Sourced by tools/broker: with --apart each node lives in a network namespace of its own, joined by a veth pair to a
# bridge in the caller's, so that its link can be cut. Run the whole test in a namespace of its own (unshare --net): then
# all of it vanishes with the test.

HUB=dibs-hub
HUB_ADDRESS=198.18.0.254 # addresses for tests of networks (RFC 2544): never routed

# What begins a command that runs in node N's network; nothing when the nodes share the caller's.
enter_node() # node
{
    [ ! -s "$dir/n$1/holder" ] || echo "nsenter --net=/proc/$(cat "$dir/n$1/holder")/ns/net"
}

host_of() # node
{
    if [ -e "$dir/apart" ]; then echo "198.18.0.$1"; else echo 127.0.0.1; fi
}

make_hub()
{
    [ "$(id -u)" = 0 ] || die "--apart makes network namespaces: it needs root"
    ip link set lo up && ip link add $HUB type bridge && ip address add $HUB_ADDRESS/24 dev $HUB && ip link set $HUB up ||
        die "cannot make the bridge $HUB (package iproute2; left over from another run? ip link del $HUB)"
}

# A namespace lives as long as a process in it: one that does nothing, and ends with the parent or by `down`.
connect_node() # node
{
    local holder tries=0
    if [ -s "$dir/parent" ]; then
        unshare --net tail --pid="$(cat "$dir/parent")" -f /dev/null >/dev/null 2>&1 </dev/null 3>&- 9>&- &
    else
        unshare --net sleep infinity >/dev/null 2>&1 </dev/null 3>&- 9>&- &
    fi
    holder=$!
    echo $holder >"$dir/n$1/holder"
    until [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] && kill -0 $holder 2>/dev/null || die "no network namespace could be made (unshare --net)"
        sleep 0.01
    done
    ip link add "$HUB-$1" type veth peer name eth0 netns $holder && ip link set "$HUB-$1" master $HUB up &&
        $(enter_node "$1") ip link set lo up && $(enter_node "$1") ip address add "$(host_of "$1")/24" dev eth0 &&
        $(enter_node "$1") ip link set eth0 up || die "node $1 could not be connected"
}

disconnect_node() # node
{
    local holder
    holder=$(cat "$dir/n$1/holder" 2>/dev/null) && kill "$holder" 2>/dev/null
    rm -f "$dir/n$1/holder"
}

# up or down: the link between node N and everybody else.
set_link() # node, up|down
{
    [ -e "$dir/apart" ] || die "these nodes share one network: start them with --apart"
    ip link set "$HUB-$1" "$2" || die "there is no link $HUB-$1 in this network namespace"
}
