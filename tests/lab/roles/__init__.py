"""Configuration of the lab's own servers: run once, when the peers' image is built.

One image plays all parts; ``/etc/lab-role`` says which. Files of configuration are copied
as they are; only certificates, DNSSEC keys and delegations are made here.
"""
