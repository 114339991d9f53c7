/** What a container looks like from inside: what must be the same in the original and in its replacement. */
import { at, text } from '../support/engines.js';
import type { Doc, Engine } from '../support/engines.js';

/**
 * Sections that begin with `# `. `$p` is the container's first process. Left out is what belongs to
 * one start: mount and device numbers, the layers of the root, what brings a GPU, and the order of the
 * networks (28.5 numbers eth0, eth1, … anew at each start).
 */
const LOOK = `
echo '# status'; grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp):' /proc/$p/status
echo '# limits'; cat /proc/$p/limits; cat /proc/$p/oom_score_adj
echo '# program'; tr '\\0' '\\n' < /proc/$p/cmdline; readlink /proc/$p/cwd
echo '# environment'; tr '\\0' '\\n' < /proc/$p/environ | grep -v ^NVIDIA_VISIBLE_DEVICES=
echo '# names'; hostname; cat /proc/sys/kernel/domainname; grep -v '^#' /etc/hosts
echo '# resolver'; grep -v '^#' /etc/resolv.conf
echo '# routes'; ip route | sed -E 's/ eth[0-9]+/ eth/'
echo '# mounts'; cut -d' ' -f4- /proc/$p/mountinfo | sed -E 's/ - overlay .*/ - overlay/; s/(shared|master|peer_group):[0-9]+/\\1/' | sort -s -k2,2
echo '# devices'; stat -c '%A %u %g %t,%T %n' /dev/* | grep -v /dev/nvidia
echo '# control groups'
for f in memory.limit_in_bytes memory.memsw.limit_in_bytes memory.soft_limit_in_bytes memory.swappiness memory.oom_control \
  memory.max memory.swap.max memory.low cpu.shares cpu.cfs_period_us cpu.cfs_quota_us cpu.max cpu.weight cpuset.cpus cpuset.mems \
  pids.max io.max blkio.throttle.read_bps_device blkio.throttle.read_iops_device blkio.throttle.write_bps_device \
  blkio.throttle.write_iops_device devices.list
do grep -H . /sys/fs/cgroup/$f /sys/fs/cgroup/*/$f; done 2>/dev/null
echo '# settings of the kernel'; grep -H . /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null
true
`;

/** Sections of namespaces that the container shares with the machine, whose other tests change them. */
const OF_THE_MACHINE = ['routes', 'resolver'];
/** What is known of a process only from outside its namespace: an exec has limits of its own (20.10). */
const OF_THE_FIRST = ['limits'];

/** An engine writes them in the order of addresses, which are given anew at each start. */
const SORTED = ['names'];
const sorted = (lines: string): string => lines.split('\n').toSorted().join('\n');

/** By section. What is this container's own, its IDs and generated addresses, is written as what it is. */
export async function inside(engine: Engine, doc: Doc): Promise<Record<string, string>> {
  const [id, pidMode] = [text(doc, 'Id'), text(doc, 'HostConfig.PidMode')];
  const process = pidMode === '' ? '1' : pidMode === 'host' ? text(doc, 'State.Pid') : 'self';
  const words = Object.entries(at(doc, 'NetworkSettings.Networks') ?? {}).flatMap(
    ([network, endpoint]) =>
      ['IPAddress', 'GlobalIPv6Address']
        .map((field) => [String((endpoint as Doc)[field]), `(its address in ${network})`] as const)
        .filter(([address]) => address !== '' && address !== 'undefined'),
  );
  let said = await engine.docker('exec', id, 'sh', '-c', `p=${process}; ${LOOK}`);
  for (const [from, to] of [[id, '(its ID)'], [id.slice(0, 12), '(its short ID)'], ...words])
    said = said.replaceAll(from as string, to as string);
  const sections = said.split(/^# /m).filter((part) => part !== '');
  const hidden = [
    ...(text(doc, 'HostConfig.NetworkMode') === 'host' ? OF_THE_MACHINE : []),
    ...(process === 'self' ? OF_THE_FIRST : []),
  ];
  return Object.fromEntries(
    sections
      .map(
        (part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)] as const,
      )
      .filter(([name]) => !hidden.includes(name))
      .map(([name, lines]) => [name, SORTED.includes(name) ? sorted(lines) : lines]),
  );
}
