"""A walk through the whole public API, the same as in TypeScript and Java: all must come to the same templates."""

from app_tour import app_tour, guest_tour
from aws_cdk import App
from compute_tour import compute_tour
from data_tour import data_tour
from edge_tour import edge_tour
from network_tour import network_tour
from operations_tour import operations_tour
from own_tour import own_tour
from profile_tour import profile_tour

app = App()
profile = profile_tour(app)
network = network_tour(app, profile)
existing_database = data_tour(app, profile, network)
cluster = compute_tour(app, profile, network, existing_database)
entry = edge_tour(app, profile, network)
alerts = operations_tour(app)
app_tour(app, profile, network, alerts)
guest_tour(app, profile, cluster, entry)
own_tour(app, profile)
app.synth()
