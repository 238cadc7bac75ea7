import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../service.js';
import type { World } from '../../world.js';
import { busNotFound, invalid, ruleNotFound } from './errors.js';

/** Rule says what is to be started when; nothing is started here. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly schedule?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly roleArn?: string;
  readonly state: string;
  /** By their ids. */
  readonly targets: Map<string, Target>;
}

/** Bus is rules by their names. */
export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly rules: Map<string, Rule>;
}

const DEFAULT = 'default';

/** Buses holds the event buses of all regions; each region has the one called default. */
export class Buses {
  readonly #world: World;
  readonly #regions = new Map<string, Map<string, Bus>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** list returns the buses of a region, by name. */
  list(region: string): readonly Bus[] {
    return [...this.#of(region).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws AwsError ResourceAlreadyExistsException, ValidationException */
  create(region: string, name: string): Bus {
    if (!/^[-./\w]{1,256}$/.test(name)) throw invalid(`The event bus name '${name}' is not valid.`);
    if (this.#of(region).has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    }
    const bus = this.#bus(region, name);
    this.#of(region).set(name, bus);
    return bus;
  }

  /** @throws AwsError ValidationException for the default one, and for one that has rules */
  delete(region: string, name: string): void {
    if (name === DEFAULT) throw invalid('Cannot delete event bus default.');
    if ((this.#of(region).get(name)?.rules.size ?? 0) > 0) {
      throw invalid("Event bus can't be deleted since it has rules.");
    }
    this.#of(region).delete(name);
  }

  /** Finds a bus by its name or ARN. @throws AwsError ResourceNotFoundException */
  get(region: string, identifier: string = DEFAULT): Bus {
    const name = identifier.replace(/^arn:aws:events:[^:]*:[^:]*:event-bus\//, '');
    const bus = this.#of(region).get(name);
    if (!bus) throw busNotFound(name);
    return bus;
  }

  /** @throws AwsError ResourceNotFoundException */
  rule(bus: Bus, name: string): Rule {
    const rule = bus.rules.get(name);
    if (!rule) throw ruleNotFound(name, bus.name);
    return rule;
  }

  /** ruleArn returns the ARN of a rule, which names the bus unless it is the default one. */
  ruleArn(region: string, bus: Bus, name: string): string {
    const path = bus.name === DEFAULT ? name : `${bus.name}/${name}`;
    return `arn:aws:events:${region}:${this.#world.accountId}:rule/${path}`;
  }

  #of(region: string): Map<string, Bus> {
    const known = this.#regions.get(region) ?? new Map([[DEFAULT, this.#bus(region, DEFAULT)]]);
    this.#regions.set(region, known);
    return known;
  }

  #bus(region: string, name: string): Bus {
    const arn = `arn:aws:events:${region}:${this.#world.accountId}:event-bus/${name}`;
    return { name, arn, createdAt: this.#world.time.now(), rules: new Map() };
  }
}

/** isDefault tells the bus that every region has. */
export function isDefault(bus: Bus): boolean {
  return bus.name === DEFAULT;
}
