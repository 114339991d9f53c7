/**
 * The engine's own documents. Zod reads the fields that gpugraft decides on; every other field
 * passes through untouched, so that a field from a newer engine reaches the replacement as it is.
 */
import { z } from 'zod';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), json);

/**
 * A 64-bit integer. Beyond ±(2^53 − 1) it is a string that begins with NUL, `int:` (see
 * `lossless-json.ts`); so may be any number in the fields that pass through.
 */
const wholeNumber = z.union([z.number(), z.string().startsWith('\u0000int:')]);

const healthState = z.looseObject({ Status: z.string(), FailingStreak: z.number().optional() });

const containerState = z.looseObject({
  /** created, running, paused, restarting, removing, exited, dead */
  Status: z.string(),
  Running: z.boolean(),
  Paused: z.boolean(),
  Restarting: z.boolean(),
  Dead: z.boolean(),
  ExitCode: z.number(),
  Error: z.string(),
  OOMKilled: z.boolean().optional(),
  StartedAt: z.string(),
  FinishedAt: z.string(),
  Pid: z.number(),
  Health: healthState.nullish(),
});

export const endpointSettings = z.looseObject({
  IPAMConfig: z
    .looseObject({
      IPv4Address: z.string().optional(),
      IPv6Address: z.string().optional(),
      LinkLocalIPs: z.array(z.string()).nullish(),
    })
    .nullish(),
  Links: z.array(z.string()).nullish(),
  Aliases: z.array(z.string()).nullish(),
  DriverOpts: z.record(z.string(), z.string()).nullish(),
  MacAddress: z.string().optional(),
  NetworkID: z.string(),
  EndpointID: z.string().optional(),
  Gateway: z.string().optional(),
  IPAddress: z.string().optional(),
});

export const mountPoint = z.looseObject({
  Type: z.string(),
  Name: z.string().optional(),
  Source: z.string(),
  Destination: z.string(),
  Driver: z.string().optional(),
  Mode: z.string().optional(),
  RW: z.boolean(),
  Propagation: z.string().optional(),
});

const deviceRequest = z.looseObject({
  Driver: z.string().default(''),
  Count: z.number().default(0),
  DeviceIDs: z.array(z.string()).nullish(),
  Capabilities: z.array(z.array(z.string())).nullish(),
  Options: z.record(z.string(), z.string()).nullish(),
});

export const rawContainer = z.looseObject({
  Id: z.string().regex(/^[0-9a-f]{64}$/, 'not a full container ID'),
  /** With the leading slash, as the engine has it. */
  Name: z.string(),
  Created: z.string(),
  /** The image ID that runs (`sha256:…`), whatever `Config.Image` says by now. */
  Image: z.string(),
  Path: z.string(),
  Args: z.array(z.string()).nullable(),
  RestartCount: z.number(),
  Driver: z.string(),
  State: containerState,
  Config: z.looseObject({
    Hostname: z.string(),
    Image: z.string(),
    Env: z.array(z.string()).nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
    Entrypoint: z.array(z.string()).nullish(),
    Cmd: z.array(z.string()).nullish(),
    Volumes: z.record(z.string(), z.looseObject({})).nullish(),
    Healthcheck: z.looseObject({ Test: z.array(z.string()).nullish() }).nullish(),
    StopTimeout: z.number().nullish(),
    StopSignal: z.string().optional(),
    MacAddress: z.string().optional(),
  }),
  HostConfig: z.looseObject({
    NetworkMode: z.string(),
    PidMode: z.string().optional(),
    IpcMode: z.string().optional(),
    AutoRemove: z.boolean().optional(),
    Binds: z.array(z.string()).nullish(),
    Mounts: z.array(z.looseObject({ Type: z.string(), Target: z.string() })).nullish(),
    VolumesFrom: z.array(z.string()).nullish(),
    Links: z.array(z.string()).nullish(),
    RestartPolicy: z.looseObject({
      Name: z.string(),
      MaximumRetryCount: z.number().default(0),
    }),
    DeviceRequests: z.array(deviceRequest).nullish(),
    Runtime: z.string().optional(),
    Ulimits: z
      .array(z.looseObject({ Name: z.string(), Soft: wholeNumber, Hard: wholeNumber }))
      .nullish(),
    PortBindings: z
      .record(
        z.string(),
        z.array(z.looseObject({ HostIp: z.string(), HostPort: z.string() })).nullable(),
      )
      .nullish(),
    PublishAllPorts: z.boolean().optional(),
    Privileged: z.boolean().optional(),
  }),
  NetworkSettings: z.looseObject({
    Networks: z.record(z.string(), endpointSettings).nullable(),
  }),
  Mounts: z.array(mountPoint),
});
export type RawContainer = z.infer<typeof rawContainer>;

export const rawImage = z.looseObject({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Comment: z.string().nullish(),
  RootFS: z.looseObject({ Layers: z.array(z.string()).nullish() }).nullish(),
  Config: z
    .looseObject({
      Env: z.array(z.string()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      Volumes: z.record(z.string(), z.looseObject({})).nullish(),
    })
    .nullish(),
});
export type RawImage = z.infer<typeof rawImage>;

export const rawNetwork = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Created: z.string(),
  Driver: z.string(),
});
export type RawNetwork = z.infer<typeof rawNetwork>;

/** One line of `docker diff`: Kind 0 changed, 1 added, 2 deleted. */
export const rawLayerChange = z.looseObject({ Path: z.string(), Kind: z.number() });
export type RawLayerChange = z.infer<typeof rawLayerChange>;
