# Two images; `npm run build:image` first, docs/image.md says how. No RUN needs a network where the
# base has what it is asked for, and none needs BuildKit.
#   docker build --target sandbox --build-arg BASE_IMAGE=... .
#   docker build --target cli --build-arg CLI_BASE_IMAGE=... .
# A base is a Debian with Node 20.19 or later; pin it by digest, for a tag may mean another one tomorrow.
ARG BASE_IMAGE=node:20-trixie-slim
ARG CLI_BASE_IMAGE=node:20-trixie-slim

# --- what runs inside a sandbox ---------------------------------------------------------------
# All of it is laid out in a stage of its own, with one date, and copied as one tree: a layer has the dates
# of what it touches, folders too, and so two builds of the same files make the same layer.
FROM ${BASE_IMAGE} AS sandbox-files
ARG SANDBOX_UID=998
ARG SANDBOX_GID=998
USER 0:0
COPY dist/image/clean-runtime-shell-env-shim.mjs /out/usr/local/lib/nemoclaw/
COPY scripts/sandbox-start.sh /out/usr/local/bin/nemoclaw-start
COPY scripts/sandbox-profile.sh /out/etc/profile.d/nemoclaw-proxy.sh
# The modes are said here, because a checkout has those of somebody's umask; folders that the base has stay as
# they are there. Written by hand and not by useradd, which would note today's date.
RUN set -eu; \
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
      if (a < 20 || (a === 20 && b < 19)) throw new Error(`the base has Node ${process.version}: 20.19 or later is needed`)'; \
    cd /out; \
    for file in passwd group shadow bash.bashrc; do \
      if [ -f "/etc/$file" ]; then cp -p "/etc/$file" etc/; fi; \
    done; \
    case $SANDBOX_UID:$SANDBOX_GID in \
      *[!0-9:]* | :* | *:) echo 'SANDBOX_UID and SANDBOX_GID are numbers' >&2; exit 1 ;; \
    esac; \
    if id sandbox >/dev/null 2>&1; then owner=$(id -u sandbox):$(id -g sandbox); else \
      if getent passwd "$SANDBOX_UID" || getent group "$SANDBOX_GID" || getent group sandbox; then \
        echo 'The base has these already: choose another SANDBOX_UID and SANDBOX_GID, or make a user sandbox there.' >&2; \
        exit 1; \
      fi; \
      owner=$SANDBOX_UID:$SANDBOX_GID; \
      echo "sandbox:x:$SANDBOX_GID:" >>etc/group; \
      echo "sandbox:x:$owner::/sandbox:/bin/bash" >>etc/passwd; \
      if [ -f etc/shadow ]; then echo 'sandbox:!:::::::' >>etc/shadow; fi; \
    fi; \
    if [ -f etc/bash.bashrc ] && ! grep -q nemoclaw-proxy etc/bash.bashrc; then \
      sed -i '1i . /etc/profile.d/nemoclaw-proxy.sh' etc/bash.bashrc; \
    fi; \
    mkdir sandbox; \
    for folder in $(find . -mindepth 1 -type d); do \
      if [ -d "/$folder" ]; then chown --reference="/$folder" "$folder"; chmod --reference="/$folder" "$folder"; fi; \
    done; \
    chown "$owner" sandbox; \
    chmod 755 sandbox usr/local/lib/nemoclaw usr/local/bin/nemoclaw-start; \
    chmod 444 usr/local/lib/nemoclaw/* etc/profile.d/nemoclaw-proxy.sh; \
    find . -exec touch -h -d @0 {} +

FROM ${BASE_IMAGE} AS sandbox
LABEL org.opencontainers.image.title="gpugraft sandbox runtime" \
      org.opencontainers.image.description="Start script and rc cleaner for OpenShell sandboxes" \
      org.opencontainers.image.licenses="Apache-2.0"
USER 0:0
COPY --from=sandbox-files /out/ /
USER sandbox
WORKDIR /sandbox
ENV HOME=/sandbox
ENTRYPOINT ["/usr/local/bin/nemoclaw-start"]
CMD ["sleep", "infinity"]

# --- the command line --------------------------------------------------------------------------
FROM ${CLI_BASE_IMAGE} AS cli-files
USER 0:0
COPY dist/image/cli/ /out/usr/local/lib/gpugraft/
RUN set -eu; \
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
      if (a < 20 || (a === 20 && b < 19)) throw new Error(`the base has Node ${process.version}: 20.19 or later is needed`)'; \
    cd /out; \
    mkdir -p usr/local/bin var/lib/gpugraft; \
    ln -s ../lib/gpugraft/dist/src/cli/bin.js usr/local/bin/gpugraft; \
    chown 65532:65532 var/lib/gpugraft; \
    chmod 700 var/lib/gpugraft; \
    find . -exec touch -h -d @0 {} +

FROM ${CLI_BASE_IMAGE} AS cli
LABEL org.opencontainers.image.title="gpugraft" \
      org.opencontainers.image.description="Give a Docker container that exists a GPU, and never lose the container" \
      org.opencontainers.image.licenses="Apache-2.0"
USER 0:0
# The docker client and flock are what it runs.
RUN set -eu; \
    if ! command -v docker >/dev/null || ! command -v flock >/dev/null; then \
      apt-get update -q; \
      apt-get install -qy --no-install-recommends docker-cli util-linux; \
      rm -rf /var/lib/apt/lists/*; \
    fi
COPY --from=cli-files /out/ /
ENV GPUGRAFT_STATE_DIR=/var/lib/gpugraft HOME=/var/lib/gpugraft
VOLUME /var/lib/gpugraft
# Not root: `--group-add` of the socket's group lets it talk to the engine.
USER 65532:65532
ENTRYPOINT ["gpugraft"]
CMD ["--help"]
