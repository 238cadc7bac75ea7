import { canonical } from './change.js';
import { isShifting, type Hook, type Settings } from './settings.js';

/** What a delivery changed: the settings as they were, and as it sent them. */
export interface SettingsChange {
  readonly own: Settings;
  readonly sent: Settings;
}

/** A strategy and its steps are one decision: whoever changed the steps meant the strategy too. */
const STRATEGY: readonly string[] = ['strategy', 'canaryConfiguration', 'linearConfiguration'];

/** The members that one strategy has alone: ECS refuses them with any other. */
const BELONGS_TO: Readonly<Record<string, string>> = { canaryConfiguration: 'CANARY', linearConfiguration: 'LINEAR' };

/**
 * ownAgain returns what a service gets back after a delivery, member by member: its own where ours still stands, and
 * what somebody set meanwhile where it does not. A read that is older than our change shows the service's own, and
 * leads to the same.
 */
export function ownAgain({ own, sent }: SettingsChange, present: Settings): Settings {
  const [was, ours, is] = [membersOf(own), membersOf(sent), membersOf(present)];
  const stands = (name: string): boolean =>
    isContained(ours[name], is[name]) || canonical(was[name]) === canonical(is[name]);
  const standsWhole = STRATEGY.every(stands);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const chosen = names.map((name): readonly [string, unknown] => {
    const isOurs = STRATEGY.includes(name) ? standsWhole : stands(name);
    return [name, isOurs ? was[name] : is[name]];
  });
  const settings = Object.fromEntries(chosen.filter(([, value]) => value !== undefined)) as Settings;
  return onlyPossible(withoutHooksOf({ own, sent }, settings));
}

/** Somebody who edits the list of hooks while we deliver sends ours along with theirs. */
function withoutHooksOf({ own, sent }: SettingsChange, settings: Settings): Settings {
  if (!settings.lifecycleHooks) return settings;
  const ours = addedHooks({ own, sent }).map(canonical);
  return { ...settings, lifecycleHooks: settings.lifecycleHooks.filter((hook) => !ours.includes(canonical(hook))) };
}

/** addedHooks returns the hooks that a delivery added to the service's own. */
export function addedHooks({ own, sent }: SettingsChange): readonly Hook[] {
  const before = (own.lifecycleHooks ?? []).map(canonical);
  return (sent.lifecycleHooks ?? []).filter((hook) => !before.includes(canonical(hook)));
}

/** What was changed by two may be what neither sent whole: what the strategy does not know goes. */
function onlyPossible(settings: Settings): Settings {
  const { strategy } = settings;
  const members = Object.entries(settings).filter(([name]) => (BELONGS_TO[name] ?? strategy) === strategy);
  const possible = Object.fromEntries(members) as Settings;
  return strategy === undefined || isShifting(strategy) ? possible : { ...possible, lifecycleHooks: [] };
}

function membersOf(settings: Settings): Readonly<Record<string, unknown>> {
  return settings as Readonly<Record<string, unknown>>;
}

/** isContained tells whether everything in one value is in the other; ECS adds its defaults to what it was sent. */
export function isContained(one: unknown, other: unknown): boolean {
  if (Array.isArray(one)) {
    if (!Array.isArray(other)) return one.length === 0 && other === undefined;
    return one.length === other.length && one.every((item, at) => isContained(item, other[at]));
  }
  if (one === null || typeof one !== 'object') return one === other;
  const members = (other ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(one).every(([name, member]) => isContained(member, members[name]));
}
