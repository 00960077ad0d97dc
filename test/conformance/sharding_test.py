"""Events and calls for one node of many: rkey, nkey, runmode ("Sharded Subscription", "Sharded
Registration")."""

from conformance import USUAL, on_links
from wamp_client import *


@on_links(*USUAL)
class ShardingTest:
    def test_an_event_with_a_resource_reaches_one_node(self):
        topic = self.uri()
        publisher = self.join()
        nodes = [self.join() for _ in range(3)]
        for i, node in enumerate(nodes):
            node.subscribe(topic, nkey=f"node{i}")
        resources = [f"sn{i}" for i in range(30)]
        for resource in resources:
            publisher.publish(topic, [resource], rkey=resource)
        publisher.publish(topic, ["for all"])
        heard = []
        for node in nodes:
            own = []
            while not own or own[-1] != "for all":
                own.append(node.expect(EVENT)[4][0])
            self.assertGreater(len(own), 1)
            heard += own[:-1]
        self.assertEqual(sorted(heard), sorted(resources))

    def test_a_call_with_a_resource_reaches_its_callee(self):
        procedure = self.uri()
        caller = self.join()
        callees = [self.join() for _ in range(2)]
        last = [self.uri("last") for _ in callees]
        ends = []
        for i, callee in enumerate(callees):
            callee.register(procedure, invoke="roundrobin", nkey=f"node{i}")
            ends.append(callee.register(last[i]))
        resources = [f"row{i}" for i in range(20)]
        for resource in resources * 2:
            caller.start_call(procedure, [resource], rkey=resource, runmode="partition")
        for procedure in last:
            caller.start_call(procedure)
        served = []
        for callee, end in zip(callees, ends):
            own = []
            while (invocation := callee.expect(INVOCATION))[2] != end:
                own.append(invocation[4][0])
            self.assertGreater(len(own), 1)
            served += sorted(set(own))
            for resource in own:
                self.assertEqual(own.count(resource), 2)
        self.assertEqual(sorted(served), sorted(resources))

    def test_the_keys_are_strings(self):
        for message in ([PUBLISH, 1, {"rkey": 7}, self.uri()],
                        [SUBSCRIBE, 1, {"nkey": 7}, self.uri()],
                        [CALL, 1, {"rkey": []}, self.uri()],
                        [REGISTER, 1, {"nkey": True}, self.uri()]):
            self.assert_violation(self.join(), *message)
