import { DockerfileParser, type Dockerfile, type Instruction } from 'dockerfile-ast';
import { registryOf } from '../registry-of.js';
import { expand } from './expand.js';

/** What a Dockerfile reads beside its contexts. */
export interface Reads {
  /** Names of images: of FROM, COPY --from, RUN --mount and of the frontend. Each once. */
  readonly images: readonly string[];
  /** The registries that those names begin with, also where only a name's end is not known. Each once. */
  readonly registries: readonly string[];
  /** Why it cannot be known what the build reads; undefined when it can. */
  readonly unknown: string | undefined;
}

/** What changes the meaning of names in a Dockerfile. */
export interface Surroundings {
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The names of further contexts, which come before images of the same name. */
  readonly contexts: readonly string[];
}

const UNKNOWN_IMAGE = 'a variable whose value only the builder knows names an image';

/** readsOf finds out what a Dockerfile reads of registries and of the network, whichever of its stages are built. */
export function readsOf(text: string, surroundings: Surroundings): Reads {
  const dockerfile = DockerfileParser.parse(text);
  const images = new Set<string>();
  const registries = new Set<string>();
  const stages = new Set<string>(['scratch']);
  let unknown: string | undefined;
  const dontKnow = (why: string): void => void (unknown ??= why);
  const read = (name: string | undefined): void => {
    if (name === undefined || name === '' || name.includes('$')) return dontKnow(UNKNOWN_IMAGE);
    const isKnown = stages.has(name.toLowerCase()) || surroundings.contexts.includes(name);
    // COPY --from also takes a stage by its number.
    if (isKnown || /^\d+$/.test(name)) return;
    images.add(name);
    addTo(registries, registryOf(name));
  };
  const frontend = surroundings.buildArgs['BUILDKIT_SYNTAX'] ?? directive(dockerfile, 'syntax');
  if (frontend !== undefined) read(frontend);
  const globals = globalArguments(dockerfile, surroundings.buildArgs);
  for (const from of dockerfile.getFROMs()) {
    const name = expand(from.getImage() ?? '', globals);
    read(name);
    if (name === undefined) addTo(registries, registryIn(from.getImage() ?? '', globals));
    const stage = from.getBuildStage();
    if (stage !== null) stages.add(stage.toLowerCase());
  }
  // Every stage's name is known now. One that a later stage takes from an image of that name does not exist.
  for (const instruction of dockerfile.getInstructions()) {
    for (const name of sourcesOf(instruction)) read(name);
    if (fetches(instruction)) dontKnow(`what ADD in line ${lineOf(instruction)} fetches is not known before the build`);
  }
  return { images: [...images].sort(), registries: [...registries].sort(), unknown };
}

function addTo(set: Set<string>, one: string | undefined): void {
  if (one !== undefined) set.add(one);
}

/** The registry of a name of which `${TARGETARCH}`, say, makes the end unknown; undefined where it is none itself. */
function registryIn(name: string, values: ReadonlyMap<string, string>): string | undefined {
  const end = name.indexOf('/');
  const host = end < 0 ? undefined : expand(name.slice(0, end), values);
  return host === undefined ? undefined : registryOf(`${host}${name.slice(end)}`);
}

function directive(dockerfile: Dockerfile, name: string): string | undefined {
  const found = dockerfile.getDirectives().find((one) => one.getName().toLowerCase() === name);
  return found?.getValue() || undefined;
}

/** ARGs before the first FROM are the only ones that FROM sees. */
function globalArguments(dockerfile: Dockerfile, given: Surroundings['buildArgs']): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const argument of dockerfile.getInitialARGs()) {
    for (const property of argument.getProperties()) {
      const name = property.getName();
      const own = property.getValue();
      const value = given[name] ?? (own === null ? undefined : expand(own, values));
      if (value !== undefined) values.set(name, value);
    }
  }
  return values;
}

interface Flagged extends Instruction {
  getFlags(): readonly { getName(): string; getValue(): string | null }[];
}

function flagsOf(instruction: Instruction): ReturnType<Flagged['getFlags']> {
  return 'getFlags' in instruction ? (instruction as Flagged).getFlags() : [];
}

/** Stages and images that an instruction takes files from. */
function sourcesOf(instruction: Instruction): readonly string[] {
  if (instruction.getKeyword() === 'FROM') return [];
  return flagsOf(instruction).flatMap((flag) => {
    const value = flag.getValue() ?? '';
    if (flag.getName() === 'from') return [value];
    if (flag.getName() !== 'mount') return [];
    return value.split(',').flatMap((field) => (field.startsWith('from=') ? [field.slice('from='.length)] : []));
  });
}

/** What ADD may fetch, by address or through a variable that may hold one; a checksum says what it will be. */
function fetches(instruction: Instruction): boolean {
  const keyword = instruction.getKeyword();
  if (keyword === 'ONBUILD') return false;
  if (keyword !== 'ADD' || flagsOf(instruction).some((flag) => flag.getName() === 'checksum')) return false;
  const words = instruction.getArguments().map((word) => word.getValue().replace(/^[["]+/, ''));
  return words.slice(0, -1).some((word) => /^(?:https?|git|ssh):\/\/|^git@|\.git(?:#|$)|\$/i.test(word));
}

function lineOf(instruction: Instruction): number {
  return instruction.getRange().start.line + 1;
}
