import { afterEach, describe, expect, it } from '@jest/globals';
import { openLab, runInLab, type Lab, type LabOptions } from '@slipway/rehearsal';

let lab: Lab;
const given = async (options?: LabOptions): Promise<void> => {
  lab = await openLab(options);
};
afterEach(() => lab.close());

describe('a good revision', () => {
  it('is deployed all at once, and the service is left as it was', async () => {
    await given();
    const before = (await lab.service()).deploymentConfiguration;
    const end = await runInLab(lab, { taskDefinition: await lab.register('second') });
    expect(end.error).toBeUndefined();
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['second']);
    const service = await lab.service();
    expect(service.deploymentConfiguration).toEqual({ lifecycleHooks: [], alarms: { alarmNames: [], enable: false, rollback: false }, ...before });
    expect(service.tags).toEqual([]);
    console.log(end.lines.join('\n'));
    console.log(end.summary);
    console.log(lab.localAws.calls().filter(c=>c.accessKeyId==='LAB').length, lab.time.elapsedSeconds());
  });
});
