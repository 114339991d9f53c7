/** The machine as a model: its paths as data, its picture, its table. It runs nothing. */
export { actorOf, answersAt, cancel, fails, recover } from './alphabet.js';
export type { ActorEvent, Happening, ModelEvent, Snapshot } from './alphabet.js';
export { after, begin, countPaths, graphOf } from './graph.js';
export type { Graph, Step, Vertex } from './graph.js';
export { answerNamed, everyPath, follow, scripted } from './paths.js';
export type { Path, Script } from './paths.js';
export { everyEdge, everywhere } from './coverage.js';
export { cleaners, enumeratePaths, pathSets, withoutLeftovers } from './sets.js';
export type { PathSet } from './sets.js';
export { fullSetting, ids, inputOf, modelOriginal, smallSetting } from './setting.js';
export type { Setting } from './setting.js';
export { essenceOf, stateOf, storyKeys, vertexOf } from './vertex.js';
