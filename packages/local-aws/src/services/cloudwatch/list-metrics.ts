import type { ListMetricsInput } from '@aws-sdk/client-cloudwatch';
import { refuseGiven } from './errors.js';
import { requireOneOf, shownDimensions } from './metric-input.js';
import type { MetricId, Metrics } from './metrics.js';
import type { OnTheWire } from './operations.js';
import { pageOf } from './paging.js';

/** AWS's page size of ListMetrics. */
const PAGE_SIZE = 500;
/** What `PT3H` means, in minutes. */
const RECENT_MINUTES = 180;

/** listMetrics lists the metrics that have data; a dimension without a value asks for any value. */
export function listMetrics(metrics: Metrics, input: OnTheWire<ListMetricsInput>, region: string): object {
  refuseGiven(input, ['IncludeLinkedAccounts', 'OwningAccount']);
  requireOneOf('RecentlyActive', input.RecentlyActive, ['PT3H']);
  const recentFrom = input.RecentlyActive === undefined ? -Infinity : metrics.currentMinute() - RECENT_MINUTES;
  const found = metrics
    .list(region)
    .filter((id) => isMeant(id, input))
    .filter((id) => (metrics.span(id)?.to ?? 0) > recentFrom);
  const { items, nextToken } = pageOf(found, { size: PAGE_SIZE, token: input.NextToken });
  return {
    Metrics: items.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: shownDimensions(dimensions),
    })),
    NextToken: nextToken,
  };
}

function isMeant(id: MetricId, input: OnTheWire<ListMetricsInput>): boolean {
  return (
    (input.Namespace === undefined || input.Namespace === id.namespace) &&
    (input.MetricName === undefined || input.MetricName === id.name) &&
    (input.Dimensions ?? []).every(({ Name, Value }) =>
      id.dimensions.some(({ name, value }) => name === Name && (Value === undefined || value === Value)),
    )
  );
}
