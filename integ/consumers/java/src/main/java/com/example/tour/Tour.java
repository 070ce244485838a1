package com.example.tour;

import software.amazon.awscdk.App;

/** A walk through the whole public API, the same as in TypeScript and Python: all must come to the same templates. */
public final class Tour {
  public static void main(final String[] args) {
    var app = new App();
    var profile = ProfileTour.profileTour(app);
    var network = NetworkTour.networkTour(app, profile);
    var existingDatabase = DataTour.dataTour(app, profile, network);
    var cluster = ComputeTour.computeTour(app, profile, network, existingDatabase);
    ImagesTour.imagesTour(app, profile, cluster);
    QueueTour.queueTour(app, profile, cluster);
    FilesTour.filesTour(app, profile, network, cluster);
    OperatorsTour.operatorsTour(app, profile, network, existingDatabase);
    ServerlessTour.serverlessTour(app, profile, network, existingDatabase);
    var entry = EdgeTour.edgeTour(app, profile, network);
    SignInTour.signInTour(app, profile, cluster, entry);
    SiteTour.siteTour(app, profile);
    var alerts = OperationsTour.operationsTour(app);
    AppTour.appTour(app, profile, network, alerts);
    AppTour.guestTour(app, profile, cluster, entry);
    PwaTour.pwaTour(app, profile, network, alerts);
    OwnTour.ownTour(app, profile);
    app.synth();
  }

  private Tour() {}
}
