import { describe, expect, test } from 'vitest';
import {
  EngineAmbiguous,
  EngineAnswerInvalid,
  EngineRefused,
  EngineUnreachable,
} from '../../../src/docker/errors.js';
import { failureOf, fakePort } from './fake.js';

describe('a request without a whole answer', () => {
  test.each(['cut', 'half', 'garbage'])(
    '%s: a change is ambiguous, and is not sent twice',
    async (fault) => {
      const { port, requests } = fakePort();
      expect(await failureOf(port.startContainer(fault))).toBeInstanceOf(EngineAmbiguous);
      expect(requests().filter((line) => line.includes('/start'))).toHaveLength(1);
    },
  );

  test.each([
    ['cut', EngineUnreachable],
    ['half', EngineUnreachable],
    ['garbage', EngineAnswerInvalid],
  ])('%s: a look has changed nothing', async (fault, kind) => {
    const { port } = fakePort();
    expect(await failureOf(port.inspectContainer(fault))).toBeInstanceOf(kind);
  });

  test('a change beyond its deadline is ambiguous, a look says that the engine does not answer', async () => {
    const { port } = fakePort('serve', {
      deadlines: { look: 300, start: 300, stopMargin: 300, exec: 300 },
    });
    await port.listContainers([]);
    const start = await failureOf(port.startContainer('hang'));
    expect(start).toBeInstanceOf(EngineAmbiguous);
    expect(start.message).toContain('no answer within 0.3 s');
    const look = await failureOf(port.inspectContainer('hang'));
    expect(look).toBeInstanceOf(EngineUnreachable);
    expect((look as EngineUnreachable).kind).toBe('down');
    expect(await failureOf(port.stopContainer('hang', 0))).toBeInstanceOf(EngineAmbiguous);
    expect(await failureOf(port.exec('hang', ['x']))).toBeInstanceOf(EngineAmbiguous);
  });

  test('the signal ends the waiting; a signal that came before sends nothing', async () => {
    const { port, requests } = fakePort();
    await port.listContainers([]);
    const control = new AbortController();
    setTimeout(() => control.abort(), 100);
    const error = await failureOf(port.startContainer('hang', { signal: control.signal }));
    expect(error).toBeInstanceOf(EngineAmbiguous);
    expect(error.message).toContain('cancelled');
    const sent = requests().length;
    expect(await failureOf(port.startContainer('c', { signal: control.signal }))).toBeInstanceOf(
      EngineUnreachable,
    );
    expect(requests()).toHaveLength(sent);
  });

  test('a change over a connection that died unnoticed is ambiguous', async () => {
    const { port, requests } = fakePort();
    // The long lane's one idle connection is the one that dies at its next request.
    await port.layerChanges('last').catch(() => undefined);
    expect(await failureOf(port.startContainer('c'))).toBeInstanceOf(EngineAmbiguous);
    expect(requests().some((line) => line.includes('/start'))).toBe(false);
  });

  test('closing the port while a change is under way leaves it ambiguous', async () => {
    const { port } = fakePort();
    await port.listContainers([]);
    const start = failureOf(port.startContainer('hang'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await port.close();
    expect(await start).toBeInstanceOf(EngineAmbiguous);
    expect(await failureOf(port.startContainer('c'))).toBeInstanceOf(EngineUnreachable);
  });
});

describe('an answer that says no', () => {
  test("keeps status and the engine's words, bounded", async () => {
    const { port } = fakePort();
    expect(await failureOf(port.renameContainer('conflict', 'x'))).toMatchObject({
      status: 409,
      message: 'conflict: in use',
    });
    const angry = await failureOf(port.startContainer('angry'));
    expect(angry).toBeInstanceOf(EngineRefused);
    expect(angry.message.length).toBeLessThan(5000);
  });

  test('only the engine\'s own "no such" is absence', async () => {
    const { port } = fakePort();
    expect(await port.inspectContainer('gone')).toBeNull();
    expect(await failureOf(port.inspectContainer('html'))).toMatchObject({
      name: 'EngineRefused',
      status: 404,
    });
    expect(await failureOf(port.inspectContainer('page'))).toMatchObject({
      name: 'EngineRefused',
      status: 404,
    });
    expect(await failureOf(port.startContainer('gone'))).toMatchObject({
      name: 'EngineRefused',
      status: 404,
    });
  });

  test('an answer of another form names the field', async () => {
    const { port } = fakePort();
    expect(await failureOf(port.inspectContainer('nojson'))).toBeInstanceOf(EngineAnswerInvalid);
    const error = await failureOf(port.inspectContainer('noform'));
    expect(error).toBeInstanceOf(EngineAnswerInvalid);
    expect(error.message).toContain('Id: ');
  });

  test('an endless answer is given up', async () => {
    const { port } = fakePort();
    const error = await failureOf(port.inspectContainer('huge'));
    expect(error).toBeInstanceOf(EngineAnswerInvalid);
    expect(error.message).toContain('longer than');
    expect(await port.inspectContainer('gone')).toBeNull();
  });
});
