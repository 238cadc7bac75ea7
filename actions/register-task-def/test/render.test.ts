import { describe, expect, it } from '@jest/globals';
import { parseDefinition, renderDefinition } from '../src/render.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const web = { name: 'web', image: 'placeholder', environment: [{ name: 'LEVEL', value: 'info' }] };
const changes = { container: 'web', image: `registry/web@${DIGEST}`, environment: {} };

describe('parseDefinition', () => {
  it.each([
    ['not JSON', 'family: web'],
    ['a list', '[]'],
    ['no family', '{"containerDefinitions": []}'],
    ['no containers', '{"family": "web"}'],
  ])('refuses %s', (_title, text) => {
    expect(() => parseDefinition(text, 'task.json')).toThrow(
      expect.objectContaining({ code: 'REGISTER_FILE_INVALID', message: expect.stringContaining('task.json') }),
    );
  });
});

describe('renderDefinition', () => {
  it('sets the image of the named container and leaves everything else as it is', () => {
    const sidecar = { name: 'sidecar', image: 'other' };
    const definition = { family: 'web', cpu: '256', unheardOf: 1, containerDefinitions: [web, sidecar] };
    expect(renderDefinition(definition, changes)).toEqual({
      definition: { ...definition, containerDefinitions: [{ ...web, image: changes.image }, sidecar] },
      dropped: [],
    });
  });

  it('leaves out what only ECS writes, and says so', () => {
    const definition = { family: 'web', revision: 7, status: 'ACTIVE', containerDefinitions: [web] };
    const rendered = renderDefinition(definition, changes);
    expect(rendered.dropped).toEqual(['revision', 'status']);
    expect(Object.keys(rendered.definition).sort()).toEqual(['containerDefinitions', 'family']);
  });

  it('replaces and adds environment variables', () => {
    const definition = { family: 'web', containerDefinitions: [web] };
    const rendered = renderDefinition(definition, { ...changes, environment: { LEVEL: 'debug', A: 'x=y' } });
    expect(rendered.definition['containerDefinitions']).toEqual([
      {
        ...web,
        image: changes.image,
        environment: [
          { name: 'LEVEL', value: 'debug' },
          { name: 'A', value: 'x=y' },
        ],
      },
    ]);
  });

  it('names the containers that are there when the named one is not', () => {
    const definition = { family: 'web', containerDefinitions: [web] };
    expect(() => renderDefinition(definition, { ...changes, container: 'api' })).toThrow(
      expect.objectContaining({ code: 'REGISTER_CONTAINER_NOT_FOUND', hint: expect.stringContaining('web') }),
    );
  });
});
