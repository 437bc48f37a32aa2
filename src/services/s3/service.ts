/** Amazon S3: buckets, objects, multipart uploads, listings, tags, browser forms. */
import { defineService } from '../../kernel';
import { access } from './access';
import { accountEvents } from './acl-rules';
import { events } from './effects';
import { tagForbidden } from './errors';
import { facts } from './facts';
import { lifecycleTimers } from './lifecycle';
import { absentSettings } from './operations/absent-settings';
import { acls } from './operations/acls';
import { bucketSettings } from './operations/bucket-settings';
import { buckets } from './operations/buckets';
import { copies } from './operations/copies';
import { lifecycles } from './operations/lifecycle';
import { listings } from './operations/listings';
import { notifications } from './operations/notifications';
import { objects } from './operations/objects';
import { postObject } from './operations/post-object';
import { tagging } from './operations/tagging';
import { uploads } from './operations/uploads';
import { versions } from './operations/versions';
import { state } from './state';
import { trail } from './trail';
import { getPage } from './website';
import { wire } from './wire';

export default defineService({
  id: 's3',
  operations: {
    ...buckets,
    ...objects,
    ...copies,
    ...listings,
    ...uploads,
    ...tagging,
    ...versions,
    ...notifications,
    ...bucketSettings,
    ...absentSettings,
    ...acls,
    ...lifecycles,
    PostObject: postObject,
    GetPage: getPage,
  },
  // A form's rights depend on its fields, a page's on the website: they are asked for when they are known.
  access: { ...access, PostObject: () => [], GetPage: () => [] },
  facts,
  tagPolicy: { types: ['bucket'], refusal: tagForbidden },
  trail,
  state,
  events: { ...events, ...accountEvents },
  timers: lifecycleTimers,
  wire,
});
