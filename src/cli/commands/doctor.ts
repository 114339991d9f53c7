import { given, read } from '../../config/given.js';
import { dockerWord } from '../../config/schemas.js';
import { EXIT } from '../exit-codes.js';
import { dockerCommand, gpugraftCommand } from '../../docker/command.js';
import { relayedIn } from '../relay.js';
import { renderDiagnosis } from '../render/diagnosis.js';
import { cleaned } from '../sanitize.js';
import type { Result } from './result.js';
import { withStory } from './scene.js';
import type { Scene } from './scene.js';

/** `gpugraft doctor`. @throws UsageError */
export async function doctor(scene: Scene): Promise<Result> {
  const { io, flags, backend } = scene;
  const wanted = given('--image', flags.image, io.env);
  const image = wanted === null ? null : read(dockerWord, wanted);
  const commands = {
    gpugraft: (words: string, stateDir?: string) => {
      const place = scene.relay.gpugraft;
      return gpugraftCommand(words, stateDir === undefined ? place : { ...place, stateDir });
    },
    docker: (words: string) => `${dockerCommand(scene.relay.docker)} ${words}`,
  };
  const diagnosis = await withStory(scene, (session) => backend.diagnose(image, session, commands));
  const found = relayedIn(diagnosis, scene.relay);
  return {
    exit: found.ok ? EXIT.ok : EXIT.refused,
    document: found,
    text: renderDiagnosis(cleaned(found), io.now(), scene.style),
  };
}
