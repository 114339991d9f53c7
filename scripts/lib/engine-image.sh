# shellcheck shell=bash
# Images without a registry: one static program of Debian's, in a tar, imported. Sourced by scripts/engine.

load_images() {
  load_image gpugraft/busybox:latest busybox
  load_image gpugraft/cuda:latest cuda
  load_image gpugraft/bare:latest bare
}

# load_image REF KIND. Imported once: the comment says which recipe an image was made by.
load_image() {
  local recipe="gpugraft $2 2" tree cmd='["sh"]'
  [[ $(docker_ image inspect --format '{{.Comment}}' "$1" 2>/dev/null) != "$recipe" ]] || return 0
  if [[ $2 == debian ]]; then
    load_debian "$1" "$recipe"
    return
  fi
  tree=$(mktemp -d)
  make_tree "$2" "$tree"
  if [[ $2 == bare ]]; then cmd='["/sleep", "infinity"]'; fi
  # One date and one owner, so that all imports of a recipe have equal layers.
  tar -C "$tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -c . |
    docker_ import --message "$recipe" --change "CMD $cmd" \
      --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1" >/dev/null || { rm -rf "$tree"; die "$NAME: cannot import $1"; }
  rm -rf "$tree"
  say "$NAME: imported $1"
}

# A real Debian with node and the docker client, without what nobody reads in a container.
load_debian() {
  install_release base
  tar -C "$(rootfs_of base)" --sort=name --numeric-owner --exclude='./usr/share/doc/*' --exclude='./usr/share/locale/*' \
    --exclude='./usr/share/man/*' --exclude='./var/cache/*' --exclude='./var/lib/apt/*' --exclude='./dev/*' -c . |
    docker_ import --message "$2" --change 'CMD ["bash"]' \
      --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1" >/dev/null || die "$NAME: cannot import $1"
  say "$NAME: imported $1"
}

make_tree() {
  local busybox applet
  busybox=$(rootfs_of "$ENGINE")/bin/busybox
  if [[ $1 == bare ]]; then
    cp "$busybox" "$2/sleep" # busybox does what its name says, and under this one it is no shell
    return
  fi
  mkdir -p "$2"/{bin,dev,etc,home,proc,root,run,sbin,sys,tmp,usr/bin,usr/sbin,var/tmp}
  chmod 1777 "$2/tmp" "$2/var/tmp"
  cp "$busybox" "$2/bin/busybox"
  for applet in $("$busybox" --list); do
    [[ $applet == busybox ]] || ln -s /bin/busybox "$2/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home:/bin/sh\n' >"$2/etc/passwd"
  printf 'root:x:0:\nuser:x:1000:\n' >"$2/etc/group"
  if [[ $1 != cuda ]]; then return; fi
  # Whether there is a GPU it sees by the device, which all three stand-ins bring.
  cat >"$2/usr/bin/nvidia-smi" <<'SH'
#!/bin/sh
if [ ! -e /dev/nvidia0 ] && [ ! -e /dev/nvidia1 ]; then
  echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."
  echo
  exit 9
fi
if [ "$1" = -L ]; then echo 'GPU 0: Stand-in (UUID: GPU-00000000-0000-0000-0000-000000000000)'
else echo 'NVIDIA-SMI stand-in   Driver Version: 0.0   CUDA Version: 0.0'
fi
SH
  chmod 755 "$2/usr/bin/nvidia-smi"
}
