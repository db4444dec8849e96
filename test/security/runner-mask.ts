// What GitHub's runner makes of a step's output: secrets and masks, in the encodings that the runner derives by itself,
// are replaced. After actions/runner, src/Sdk/DTLogging/Logging (SecretMasker.cs, ValueEncoders.cs).

/** @param secrets the repository's, and what the step had masked */
export function maskAsRunner(text: string, secrets: readonly string[]): string {
  const values = secrets.flatMap((secret) => [secret, ...secret.split(/[\r\n]+/)]);
  const forms = new Set(values.filter((value) => value !== '').flatMap(derived));
  return [...forms]
    .filter((form) => form !== '')
    .toSorted((one, other) => other.length - one.length)
    .reduce((masked, form) => masked.replaceAll(form, '***'), text);
}

function derived(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const part = bytes.subarray(offset);
    return [part.toString('base64').replace(/=+$/, ''), part.toString('base64url')];
  });
  const isQuoted = value.length > 8 && value.startsWith('"') && value.endsWith('"');
  return [
    value,
    ...base64,
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
    value.replace(/[&<>"']/g, (sign) => xml[sign] ?? sign),
    isQuoted ? value.slice(1, -1) : '',
  ];
}

const xml: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
