#!/usr/bin/env bash
# The first process in an engine's namespaces. Makes its root, moves into it and waits there. Run by scripts/engine.
set -euo pipefail
name=$1 dir=$2 debian=$3 sockets=$4
root=$dir/merged

# Who we are outside: this /proc is still the machine's. First of all, so that `down` finds us whatever happens next.
read -r stat </proc/self/stat
pid=${stat%% *} stat=${stat##*) }
read -ra fields <<<"$stat"
printf '%s %s %s\n' "$pid" "${fields[19]}" "$(cat /proc/sys/kernel/random/boot_id)" >"$dir/holder.new"
mv "$dir/holder.new" "$dir/holder"

# The release is shared: what this engine writes goes to its own upper folder.
mount -t overlay overlay -o "lowerdir=$debian,upperdir=$dir/upper,workdir=$dir/work" "$root"
mount -t proc proc "$root/proc"
# Mounted here, so that it shows this network namespace and not the machine's.
mount -t sysfs sysfs "$root/sys"
mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mkdir -p "$root"/{sock,gpu,var/lib/docker} "$root$dir/share"
mount --bind "$sockets" "$root/sock"
mount --bind "$dir/gpu" "$root/gpu"
# The engine's own layers are overlays, and those cannot lie on one.
mount --bind "$dir/data" "$root/var/lib/docker"
# At the same path in and out: a test can bind-mount files of it.
mount --bind "$dir/share" "$root$dir/share"

"$root/bin/busybox" ip link set lo up
"$root/bin/busybox" hostname "$name"

# pivot_root and not chroot: under a chrooted engine, `docker exec` runs in the machine's own root.
mkdir "$root/.old"
cd "$root"
pivot_root . .old
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
hash -r
touch "/.old$dir/ready.new"
# A kernel without nftables still has the older tables.
if ! iptables -t nat -L >/dev/null 2>&1; then update-alternatives --set iptables /usr/sbin/iptables-legacy; fi
mv "/.old$dir/ready.new" "/.old$dir/ready"
umount --lazy /.old
rmdir /.old
# As on a real machine, for volumes with shared propagation.
mount --make-rshared /

# tini reaps: dockerd and the containers' shims become its children.
exec tini-static -- sleep infinity
