/** `/_nuvola/iam/…`: how strictly policies are taken, decisions explained, policies made of what was done, templates of delegations. */
import type { Endpoint } from './admin';
import { setModes, showModes } from './iam-modes';

const subject = ['principal', 'action', 'resource', 'account', 'region'];

export const iamEndpoints: Readonly<Record<string, Endpoint>> = {
  'GET /_nuvola/iam/modes': { answer: showModes },
  'POST /_nuvola/iam/modes': { takes: ['account', 'mode'], answer: setModes },
  'GET /_nuvola/iam/explain': {
    takes: ['request', 'authorization', ...subject],
    answer: async (cloud, asked) => (await import('./iam-explain')).explanations(cloud, asked),
  },
  'POST /_nuvola/iam/explain': {
    takes: ['request', 'authorization', ...subject, 'conditions'],
    answer: async (cloud, asked) => (await import('./iam-explain')).explanations(cloud, asked),
  },
  'GET /_nuvola/iam/generate': {
    takes: ['principal', 'account', 'since', 'exact'],
    answer: async (cloud, asked) => (await import('./iam-generate')).generated(cloud, asked),
  },
  'GET /_nuvola/iam/delegation-templates': {
    answer: async (cloud) => (await import('./delegation-templates')).listTemplates(cloud),
  },
  'POST /_nuvola/iam/delegation-templates': {
    takes: ['provider', 'domain', 'accounts', 'name', 'policy', 'boundaries'],
    answer: async (cloud, asked) => (await import('./delegation-templates')).registerTemplate(cloud, asked),
  },
  'GET /_nuvola/iam/audit': {
    takes: ['account', 'principal', 'since', 'mode'],
    answer: async (cloud, asked) => (await import('./iam-generate')).audited(cloud, asked),
  },
};
