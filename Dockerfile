# Two images; `npm run build:image` first, docs/image.md says how. No RUN needs a network where the
# base has what it is asked for, and none needs BuildKit.
#   docker build --target sandbox --build-arg BASE_IMAGE=... .
#   docker build --target cli --build-arg CLI_BASE_IMAGE=... .
# A base is a Debian with Node 20.19 or later; pin it by digest, for a tag may mean another one tomorrow.
ARG BASE_IMAGE=node:20-trixie-slim
ARG CLI_BASE_IMAGE=node:20-trixie-slim

# --- what runs inside a sandbox ---------------------------------------------------------------
FROM ${BASE_IMAGE} AS sandbox
ARG SANDBOX_UID=998
ARG SANDBOX_GID=998
LABEL org.opencontainers.image.title="gpugraft sandbox runtime" \
      org.opencontainers.image.description="Start script and rc cleaner for OpenShell sandboxes" \
      org.opencontainers.image.licenses="Apache-2.0"
USER 0:0
COPY --chown=0:0 dist/image/clean-runtime-shell-env-shim.mjs /usr/local/lib/nemoclaw/
COPY --chown=0:0 scripts/sandbox-start.sh /usr/local/bin/nemoclaw-start
COPY --chown=0:0 scripts/sandbox-profile.sh /etc/profile.d/nemoclaw-proxy.sh
# The modes are said here, because a checkout has those of somebody's umask. Written by hand and not by
# useradd, which would note today's date; what was touched gets one date for the same reason.
RUN set -eu; \
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; \
    chmod 755 /usr/local/lib/nemoclaw /usr/local/bin/nemoclaw-start; \
    chmod 444 /usr/local/lib/nemoclaw/clean-runtime-shell-env-shim.mjs /etc/profile.d/nemoclaw-proxy.sh; \
    if ! id sandbox >/dev/null 2>&1; then \
      echo "sandbox:x:${SANDBOX_GID}:" >>/etc/group; \
      echo "sandbox:x:${SANDBOX_UID}:${SANDBOX_GID}::/sandbox:/bin/bash" >>/etc/passwd; \
      echo 'sandbox:!:::::::' >>/etc/shadow; \
    fi; \
    if [ -f /etc/bash.bashrc ] && ! grep -q nemoclaw-proxy /etc/bash.bashrc; then \
      sed -i '1i . /etc/profile.d/nemoclaw-proxy.sh' /etc/bash.bashrc; \
    fi; \
    mkdir -p /sandbox; \
    chown sandbox:sandbox /sandbox; \
    chmod 755 /sandbox; \
    touch -d @0 /etc/group /etc/passwd /etc/shadow /etc/bash.bashrc /sandbox \
      /usr/local/bin/nemoclaw-start /usr/local/lib/nemoclaw/* /etc/profile.d/nemoclaw-proxy.sh \
      /usr/local/bin /usr/local/lib/nemoclaw /usr/local/lib /etc/profile.d /etc
USER sandbox
WORKDIR /sandbox
ENV HOME=/sandbox
ENTRYPOINT ["/usr/local/bin/nemoclaw-start"]
CMD ["sleep", "infinity"]

# --- the command line --------------------------------------------------------------------------
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
COPY --chown=0:0 dist/image/cli/ /usr/local/lib/gpugraft/
RUN set -eu; \
    ln -s ../lib/gpugraft/dist/src/cli/bin.js /usr/local/bin/gpugraft; \
    mkdir -p /var/lib/gpugraft; \
    chown 65532:65532 /var/lib/gpugraft; \
    chmod 700 /var/lib/gpugraft; \
    touch -h -d @0 /usr/local/bin/gpugraft /usr/local/bin /usr/local/lib/gpugraft /usr/local/lib \
      /var/lib/gpugraft /var/lib
ENV GPUGRAFT_STATE_DIR=/var/lib/gpugraft HOME=/var/lib/gpugraft
VOLUME /var/lib/gpugraft
# Not root: `--group-add` of the socket's group lets it talk to the engine.
USER 65532:65532
ENTRYPOINT ["gpugraft"]
CMD ["--help"]
