// What of `docker inspect` a person would miss, one field a line, without what every re-creation changes.
let text = '';
for await (const chunk of process.stdin) text += chunk;
const [raw] = JSON.parse(text);
const generated = new Set(['Hostname', 'Image']);
const line = (name, value) => console.log(`  ${name}: ${JSON.stringify(value)}`);
for (const [part, fields] of [
  ['Config', raw.Config],
  ['HostConfig', raw.HostConfig],
]) {
  for (const [name, value] of Object.entries(fields).toSorted()) {
    const empty =
      value === null ||
      value === '' ||
      value === 0 ||
      value === false ||
      (typeof value === 'object' && Object.keys(value).length === 0);
    if (
      !empty &&
      !generated.has(name) &&
      !/^(MaskedPaths|ReadonlyPaths|ConsoleSize|ShmSize)$/.test(name)
    )
      line(`${part}.${name}`, value);
  }
}
for (const [name, network] of Object.entries(raw.NetworkSettings.Networks))
  line(`Network ${name}`, {
    aliases: (network.Aliases ?? []).filter((alias) => !raw.Id.startsWith(alias)),
  });
line('Running', raw.State.Running);
