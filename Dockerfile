# dibsd, the coordinator, with dibs and the busy day, for a user without rights. See docker-compose.yml.
FROM debian:12-slim AS build
COPY tools/setup.sh /src/tools/setup.sh
RUN . /src/tools/setup.sh && apt-get -qq update && \
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $BUILD_PACKAGES
COPY . /src
WORKDIR /src
RUN rm -rf build && cmake --preset release && cmake --build --preset release && strip build/release/bin/dibs build/release/bin/dibsd

FROM debian:12-slim
COPY --from=build /src/tools/setup.sh /usr/share/dibs/setup.sh
RUN . /usr/share/dibs/setup.sh && apt-get -qq update && \
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $RUN_PACKAGES && \
    rm -rf /var/lib/apt/lists/* /usr/share/dibs/setup.sh && \
    useradd --system --uid 7420 --home-dir /var/lib/dibs --create-home dibs && \
    install -d -o dibs -g dibs -m 0700 /var/lib/dibsd /etc/dibs-keys
COPY --from=build /src/build/release/bin/dibs /src/build/release/bin/dibsd /usr/local/bin/
COPY --from=build /src/examples /usr/share/dibs/examples
USER dibs
VOLUME /var/lib/dibsd
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/7420 && printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["dibsd"]
CMD ["--help"]
