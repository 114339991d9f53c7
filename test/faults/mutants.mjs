/**
 * Mistakes that a tool of this kind is easily made with (facts of reliability: "all design mistakes showed
 * at one fault already"), each as a change to one file. A laboratory that misses one is blind there.
 *
 * @type {readonly { name: string; scenarios: string; file: string; from: string; to: string; also?: { from: string; to: string }[] }[]}
 */
export const mutants = [
  {
    name: 'the original keeps its restart policy while it stands by',
    scenarios: 'c01',
    file: 'src/actors/cutover.ts',
    from: "const raw = await disarm(scope, { id, what: 'the original' });",
    to: 'const raw = await scope.docker.inspectContainer(id);',
  },
  {
    name: 'the record leaves out what is about to be made',
    scenarios: 'c01',
    file: 'src/runtime/driver.ts',
    from: 'const { trouble } = this.parts.journal.append(line);',
    to: 'const { trouble } = this.parts.journal.append({ ...line, snapshot: { ...line.snapshot, context: { ...snapshot.context, litter: [], backup: null } } });',
  },
  {
    name: 'the start is trusted: nobody looks whether the original is down',
    scenarios: 'c01',
    file: 'src/actors/support/acts.ts',
    from: 'if (other !== null && beside !== null && !isDown(beside)) {',
    to: 'if (false && other !== null && beside !== null) {',
  },
  {
    name: 'an engine that answers 500 is taken to say that there is no container',
    scenarios: 'c01',
    file: 'src/actors/support/look.ts',
    from: '  docker.inspectContainer(id);',
    to: '  docker.inspectContainer(id).catch((error) => { if (error.status >= 500) return null; throw error; });',
  },
  {
    name: 'an engine that cannot be reached is taken to say that there is no container',
    scenarios: 'c01',
    file: 'src/actors/support/look.ts',
    from: '  reach(scope, look(scope.docker, id));',
    to: '  scope.docker.inspectContainer(id).catch(() => null);',
  },
  {
    name: 'a lost answer of a stop is a failed stop',
    scenarios: 'c01',
    file: 'src/actors/support/converge.ts',
    from: "if (outcome !== 'unanswered') {",
    to: "if (outcome === 'unanswered') throw couldNot(step, 'no answer'); else {",
  },
  {
    name: 'one error fails the wait',
    scenarios: 'p10',
    file: 'machines/verdicts.ts',
    from: 'context.wait.errors + 1 >= context.options.errorDebounce',
    to: 'context.wait.errors + 1 >= 1',
  },
  {
    name: 'the backup goes although the replacement does not run',
    scenarios: 'p17',
    file: 'src/actors/completion.ts',
    from: 'if (replacement === null || (input.isToRun && !isUp(replacement))) {',
    to: 'if (replacement === null) {',
  },
  {
    name: 'the end is not looked at',
    scenarios: 'c01',
    file: 'src/actors/completion.ts',
    from: "if (raw === null || (input.isToRun && !isUp(raw))) {\n    return { verdict: 'amiss', reason: await downfall(scope, raw) };",
    to: "if (raw === null || (input.isToRun && !isUp(raw))) {\n    return { verdict: 'verified', backupName: null };",
  },
  {
    name: 'the way back is not proven, and nobody looks at it again',
    scenarios: 'c03',
    file: 'src/actors/rollback.ts',
    from: 'if (why === null) return',
    to: 'if (why !== undefined) return',
    also: [
      {
        from: 'if (isStanding(await seen(scope, id))) return;',
        to: 'await seen(scope, id); return;',
      },
    ],
  },
  {
    name: 'the replacement is taken down though the original has gone meanwhile',
    scenarios: 'c03',
    file: 'src/actors/rollback.ts',
    from: 'if (isStanding(await seen(scope, id))) return;',
    to: 'return;',
  },
  {
    name: 'the original does not get its restart policy back',
    scenarios: 'c03',
    file: 'src/actors/support/acts.ts',
    from: 'judge: (raw) => (raw === null || hasPolicy(raw, policy) ? done(raw) : needed),',
    to: 'judge: (raw) => done(raw),',
  },
  {
    name: 'the replacement is not kept down in a rollback, and not removed',
    scenarios: 'c03',
    file: 'src/actors/rollback.ts',
    from: 'await removeById(scope, { ...replacement(id), force: true });',
    to: "await rename(scope, replacement(id), 'aside');",
  },
  {
    name: 'litter whose create was never answered is taken to be absent',
    scenarios: 'c01',
    file: 'src/actors/support/removal.ts',
    from: 'const id = litter.id ?? (await findOrWinName(scope, litter));',
    to: 'const id = litter.id ?? null;',
  },
  {
    name: 'a container is stopped by its name',
    scenarios: 'c01',
    file: 'src/actors/support/acts.ts',
    from: 'act: () => scope.docker.stopContainer(id, graceS),',
    to: 'act: () => scope.docker.stopContainer(first === null ? id : nameOf(first), graceS),',
  },
  {
    name: 'the layer is committed, and the replacement made without it',
    scenarios: 'c02',
    file: 'machines/derive.ts',
    from: "image: context.carried?.imageId ?? known(context.plan, 'the plan').image,",
    to: "image: known(context.plan, 'the plan').image,",
  },
  {
    name: 'what is redacted is told',
    scenarios: 'c03',
    file: 'src/diagnostics/redact.ts',
    from: "replaceAll(value, '<redacted>')",
    to: 'replaceAll(value, value)',
  },
  {
    name: 'the claim is left',
    scenarios: 'c01',
    file: 'src/actors/completion.ts',
    from: "export const releaseClaim: Actor<'releaseClaim'> = async (input, scope) => {\n  await removeOurs(scope, input);",
    to: "export const releaseClaim: Actor<'releaseClaim'> = async (input, scope) => {\n  if (scope.runId === '') await removeOurs(scope, input);",
  },
  {
    name: 'the record comes after the act',
    scenarios: 'c01',
    file: 'src/runtime/driver.ts',
    from: 'const { trouble } = this.parts.journal.append(line);',
    to: 'const before = this.behind; this.behind = line; const { trouble } = before === undefined ? { trouble: null } : this.parts.journal.append(before);',
  },
  {
    name: 'the original is taken to be retired, and is not',
    scenarios: 'c07',
    file: 'src/actors/completion.ts',
    from: 'const answer = await takeAway(input, scope);',
    to: "const answer = { result: 'removed', warnings: [] };",
  },
];
