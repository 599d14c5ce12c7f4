#!/bin/bash
# The fixture's broker is a Kafka broker: it answers a request for metadata, over a bare socket, and names itself.
set -u
address=${DIBS_TEST_BROKERS:?}
host=${address%%:*} port=${address##*:}
exec 3<>"/dev/tcp/$host/$port" || exit 1
printf '\0\0\0\020\0\003\0\001\0\0\0\001\0\002is\0\0\0\0' >&3 # Metadata, version 1, of no topics
answer=$(timeout 10 head -c 40 <&3 | od -An -tu1 -v | tr -s ' \n' ' ')
# length, correlation id 1, one broker, its id 1, its host's length, its host
expected=$(printf '%s' "$host" | od -An -tu1 -v | tr -s ' \n' ' ')
case $answer in
    *" 0 0 0 1 0 0 0 1 0 0 0 1 0 ${#host}$expected"*) ;;
    *) echo "$address answered: ${answer:-nothing}"; exit 1 ;;
esac
