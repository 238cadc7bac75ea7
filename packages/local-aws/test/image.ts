import { digestOf, OCI_MANIFEST, type RegistryClient, type Digest, type Manifest } from '@slipway/oci';

/** image is an image of one layer, in memory. */
export function image(content: string) {
  const blob = (text: string) => {
    const bytes = Buffer.from(text);
    const open = async function* () {
      yield await Promise.resolve(bytes);
    };
    return { digest: digestOf(bytes), size: bytes.length, open };
  };
  const [config, layer] = [blob('{}'), blob(content)];
  const describeBlob = ({ digest, size }: { digest: Digest; size: number }) => ({
    mediaType: 'application/x',
    digest,
    size,
  });
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: describeBlob(config),
      layers: [describeBlob(layer)],
    }),
  );
  const manifest: Manifest = { digest: digestOf(bytes), mediaType: OCI_MANIFEST, bytes };
  return { manifest, blobs: [config, layer] };
}

/** push sends an image of that content to a registry, and returns its manifest. */
export async function push(client: RegistryClient, content: string, tag?: string): Promise<Manifest> {
  const { manifest, blobs } = image(content);
  for (const blob of blobs) await client.pushBlob(blob);
  await client.pushManifest(manifest, tag);
  return manifest;
}
