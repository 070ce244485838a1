"""A walk through the whole public API, the same as in TypeScript and Java: all must come to the same templates."""

from app_tour import app_tour, guest_tour
from aws_cdk import App
from compute_tour import compute_tour
from data_tour import data_tour
from edge_tour import edge_tour
from files_tour import files_tour
from images_tour import images_tour
from network_tour import network_tour
from operations_tour import operations_tour
from operators_tour import operators_tour
from own_tour import own_tour
from profile_tour import profile_tour
from pwa_tour import pwa_tour
from queue_tour import queue_tour
from serverless_tour import serverless_tour
from sign_in_tour import sign_in_tour
from site_tour import site_tour

app = App()
profile = profile_tour(app)
network = network_tour(app, profile)
existing_database = data_tour(app, profile, network)
cluster = compute_tour(app, profile, network, existing_database)
images_tour(app, profile, cluster)
queue_tour(app, profile, cluster)
files_tour(app, profile, network, cluster)
operators_tour(app, profile, network, existing_database)
serverless_tour(app, profile, network, existing_database)
entry = edge_tour(app, profile, network)
sign_in_tour(app, profile, cluster, entry)
site_tour(app, profile)
alerts = operations_tour(app)
app_tour(app, profile, network, alerts)
guest_tour(app, profile, cluster, entry)
pwa_tour(app, profile, network, alerts)
own_tour(app, profile)
app.synth()
