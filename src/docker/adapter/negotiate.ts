/** Which version of the API to speak. */
import { z } from 'zod';
import { EngineRefused } from '../errors.js';
import { parseAnswer } from './answer.js';

/** The newest API that gpugraft was tried with (Docker 28.5). */
export const NEWEST_KNOWN = '1.51';

export const rawVersion = z.looseObject({
  Version: z.string(),
  ApiVersion: z.string().regex(/^\d+\.\d+$/),
  MinAPIVersion: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  Os: z.string(),
  Arch: z.string(),
});

/**
 * The newest version that both know.
 * @param body the answer to `GET /version`
 * @throws EngineRefused when the engine speaks only newer ones
 */
export function chooseVersion(body: Buffer): string {
  const { ApiVersion, MinAPIVersion } = parseAnswer(rawVersion, body, 'GET /version');
  if (MinAPIVersion !== undefined && compareVersions(MinAPIVersion, NEWEST_KNOWN) > 0) {
    throw new EngineRefused(
      400,
      `the engine speaks API ${MinAPIVersion} and newer; gpugraft knows versions up to ${NEWEST_KNOWN}`,
    );
  }
  return compareVersions(ApiVersion, NEWEST_KNOWN) < 0 ? ApiVersion : NEWEST_KNOWN;
}

/** Negative when `a` is older than `b`; `1.9` is older than `1.10`. */
export function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
