import type { AlarmSettings } from './alarm-settings.js';
import type { AlarmState, Verdict } from './evaluate.js';

/** A period of the evaluation range that has data. */
export interface DatedValue {
  readonly at: Date;
  readonly value: number;
}

/** reasonOf says why an alarm changed its state, in AWS's words. */
export function reasonOf(
  settings: AlarmSettings,
  { state, verdict, data }: { state: AlarmState; verdict: Verdict; data: readonly DatedValue[] },
): string {
  const { evaluationPeriods: periods, datapointsToAlarm, threshold, comparison } = settings;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${datapoints(periods)} ${was(periods)} unknown.`;
  const filled = missingWords(settings, verdict.missing);
  if (data.length === 0)
    return `Threshold Crossed: no datapoints were received for ${count(periods, 'period')}${filled}.`;
  const crossing = state === 'ALARM' ? verdict.breaching : verdict.evaluated.length - verdict.breaching;
  const least = state === 'ALARM' ? datapointsToAlarm : periods - datapointsToAlarm + 1;
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  const listed = data.map(({ at, value }) => `${decimal(value)} (${dateOf(at)})`).join(', ');
  return (
    `Threshold Crossed: ${crossing} out of the last ${datapoints(data.length)} [${listed}] ${was(crossing)} ` +
    `${state === 'ALARM' ? '' : 'not '}${comparison.words} the threshold (${decimal(threshold)})${filled} ` +
    `(minimum ${datapoints(least)} for ${transition} transition).`
  );
}

function missingWords({ missingData }: AlarmSettings, missing: number): string {
  const treated = { breaching: 'Breaching', notBreaching: 'NonBreaching', missing: '', ignore: '' }[missingData];
  if (missing === 0 || treated === '') return '';
  return ` and ${count(missing, 'missing datapoint')} ${was(missing)} treated as [${treated}]`;
}

function datapoints(number: number): string {
  return count(number, 'datapoint');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function was(number: number): string {
  return number === 1 ? 'was' : 'were';
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `21/11/26 00:11:00`, as AWS writes it. */
function dateOf(at: Date): string {
  const [year = '', month = '', day = ''] = at.toISOString().slice(2, 10).split('-');
  return `${day}/${month}/${year} ${at.toISOString().slice(11, 19)}`;
}
