// A walk through the whole public API: every construct, prop, enum member, factory and verb, and every interface implemented by its user.
// The same walk is taken in Python and Java; all must come to the same templates.
import { App } from 'aws-cdk-lib';
import { appTour, guestTour } from './app-tour.js';
import { computeTour } from './compute-tour.js';
import { dataTour } from './data-tour.js';
import { edgeTour } from './edge-tour.js';
import { filesTour } from './files-tour.js';
import { imagesTour } from './images-tour.js';
import { networkTour } from './network-tour.js';
import { operationsTour } from './operations-tour.js';
import { operatorsTour } from './operators-tour.js';
import { ownTour } from './own-tour.js';
import { profileTour } from './profile-tour.js';
import { pwaTour } from './pwa-tour.js';
import { queueTour } from './queue-tour.js';
import { serverlessTour } from './serverless-tour.js';
import { signInTour } from './sign-in-tour.js';
import { siteTour } from './site-tour.js';

const app = new App();
const profile = profileTour(app);
const network = networkTour(app, profile);
const existingDatabase = dataTour(app, profile, network);
const cluster = computeTour(app, profile, network, existingDatabase);
imagesTour(app, profile, cluster);
queueTour(app, profile, cluster);
filesTour(app, profile, network, cluster);
operatorsTour(app, profile, network, existingDatabase);
serverlessTour(app, profile, network, existingDatabase);
const entry = edgeTour(app, profile, network);
signInTour(app, profile, cluster, entry);
siteTour(app, profile);
const alerts = operationsTour(app);
appTour(app, profile, network, alerts);
guestTour(app, profile, cluster, entry);
pwaTour(app, profile, network, alerts);
ownTour(app, profile);
app.synth();
