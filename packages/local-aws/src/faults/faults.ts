import { randomUUID } from 'node:crypto';
import type { FaultEffect, FaultRule } from './fault.js';
import { isRead, matcherOf } from './operations.js';
import { createRandom } from './random.js';
import { readFault, wrongFault } from './read-fault.js';

/** AddedFault is a fault in place. */
export interface AddedFault {
  readonly id: string;
  readonly rule: FaultRule;
  /** How many calls it was for so far. */
  readonly calls: number;
  /** How many of them it hit. */
  readonly hits: number;
  /** Takes the fault away. Idempotent. */
  remove(): void;
}

/** Faults is all faults of a local-aws. */
export interface Faults {
  /**
   * Adds a fault. When several would hit one call, the one that was added first does.
   *
   * @throws SlipwayError LOCAL_AWS_FAULT
   */
  add(rule: FaultRule): AddedFault;
  /** In the order in which they were added. */
  list(): readonly AddedFault[];
  /** Takes all of them away. */
  clear(): void;
}

/** What a fault is chosen by. */
export interface FaultableCall {
  readonly service: string;
  readonly operation: string;
  readonly resource: string | undefined;
  /** Whether there is an older answer that a stale read could give. */
  hasOlderAnswer(agoMs: number | undefined): boolean;
}

/** FaultSet is the faults as those see them who answer calls. */
export interface FaultSet extends Faults {
  /** Counts the call, and returns what happens to it; undefined when nothing does. */
  hit(call: FaultableCall): FaultEffect | undefined;
}

/** AnyOperation tells whether local-aws has an operation, named `service:Operation`, that meets a condition. */
export type AnyOperation = (meets: (operation: string) => boolean) => boolean;

/** createFaultSet returns an empty set. It refuses faults for operations that there are not. */
export function createFaultSet(anyOperation: AnyOperation): FaultSet {
  const faults = new Map<string, LiveFault>();
  return {
    add: (given) => {
      const fault = new LiveFault(readFault(given), (id) => faults.delete(id));
      requireKnown(fault, anyOperation);
      faults.set(fault.id, fault);
      return fault;
    },
    list: () => [...faults.values()],
    clear: () => faults.clear(),
    hit: (call) => {
      // Every fault counts every call that it is for, whoever hits it: so an n-th call stays the n-th.
      const hitting = [...faults.values()].filter((fault) => fault.wants(call));
      return hitting[0]?.hit();
    },
  };
}

function requireKnown(fault: LiveFault, anyOperation: AnyOperation): void {
  const { operation, kind } = fault.rule;
  if (!anyOperation(fault.matches)) throw wrongFault([`local-aws has no operation '${operation}'`]);
  if (kind !== 'stale-read' || anyOperation((name) => fault.matches(name) && isRead(name))) return;
  throw wrongFault([`'${operation}' is no read, so it cannot be stale`]);
}

class LiveFault implements AddedFault {
  readonly id = randomUUID();
  readonly rule: FaultRule;
  calls = 0;
  hits = 0;
  readonly matches: (operation: string) => boolean;
  readonly #forget: (id: string) => void;
  readonly #random: () => number;

  constructor(rule: FaultRule, forget: (id: string) => void) {
    this.rule = rule;
    this.matches = matcherOf(rule.operation);
    this.#forget = forget;
    this.#random = createRandom('seed' in rule ? rule.seed : 0);
  }

  /** Counts a call that the fault is for, and tells whether the fault would hit it. */
  wants(call: FaultableCall): boolean {
    if (!this.#isFor(call)) return false;
    this.calls += 1;
    const { rule } = this;
    const due = 'nth' in rule ? this.calls === rule.nth : 'always' in rule || this.#random() < rule.probability;
    return due && this.hits < (rule.times ?? Number.POSITIVE_INFINITY);
  }

  hit(): FaultEffect {
    this.hits += 1;
    return this.rule;
  }

  remove(): void {
    this.#forget(this.id);
  }

  #isFor(call: FaultableCall): boolean {
    const { rule } = this;
    const name = `${call.service}:${call.operation}`;
    if (!this.matches(name)) return false;
    if (rule.resource !== undefined && !(call.resource ?? '').endsWith(rule.resource)) return false;
    return rule.kind !== 'stale-read' || (isRead(name) && call.hasOlderAnswer(rule.agoMs));
  }
}
