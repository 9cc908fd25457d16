"""`make bench`: the running shop measured beside a floor, in the same minutes, on the same servers.

The floor is the least that could answer: a bare ASGI application with one SQL query. What the shop costs
above it is what its conveniences cost. CPU time is what counts: it says how many machines are needed.
"""
