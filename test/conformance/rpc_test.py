"""REGISTER, CALL, INVOCATION, YIELD, ERROR and RESULT (protocol.md 1.0, 1.1, 1.6, 1.7, 1.11)."""

import time

from conformance import USUAL, on_links
from wamp_client import *

NO_SUCH_PROCEDURE = "wamp.error.no_such_procedure"
CANCELED = "wamp.error.canceled"
FEATURES = ("call_canceling", "call_reroute", "call_timeout", "payload_passthru_mode",
            "progressive_call_invocations", "progressive_call_results", "registration_revocation")
ALL_FEATURES = {role: {"features": dict.fromkeys(FEATURES, True)} for role in ("caller", "callee")}


class RpcTest:
    """A caller, and a callee with one procedure."""

    def setUp(self):
        super().setUp()
        self.caller, self.callee = self.join(), self.join()
        self.procedure = self.uri()
        self.registration = self.callee.register(self.procedure)

    def invoke(self, *payload):
        """A call that has reached its callee: its request id and that of the invocation."""
        request = self.caller.start_call(self.procedure, *payload)
        return request, self.callee.expect(INVOCATION)[1]

    def assert_still_working(self):
        """Also proves that no message came unasked to caller or callee until now."""
        request, invocation = self.invoke()
        self.callee.send(YIELD, invocation, {}, ["still working"])
        self.assertEqual(self.caller.receive(), [RESULT, request, {}, ["still working"]])


@on_links(*USUAL)
class RegisterTest(RpcTest):
    def test_registration_ids(self):
        self.assertTrue(1 <= self.registration <= MAX_ID)
        self.assertNotEqual(self.callee.register(self.uri()), self.registration)

    def test_one_callee_per_procedure(self):
        for peer in (self.caller, self.callee):
            self.assert_error(peer.request(REGISTER, {}, self.procedure), REGISTER, peer.last_id,
                              "wamp.error.procedure_already_exists")
        self.assert_still_working()

    def test_unregister(self):
        answer = self.callee.unregister(self.registration)
        self.assertEqual(answer, [UNREGISTERED, self.callee.last_id])
        self.assert_error(self.caller.call(self.procedure), CALL, self.caller.last_id,
                          NO_SUCH_PROCEDURE)

    def test_unregister_of_what_is_not_registered(self):
        self.assert_error(self.caller.request(UNREGISTER, None, self.registration), UNREGISTER,
                          self.caller.last_id, "wamp.error.no_such_registration")
        self.callee.unregister(self.registration)
        for registration in (self.registration, MAX_ID):
            self.assert_error(self.callee.request(UNREGISTER, None, registration), UNREGISTER,
                              self.callee.last_id, "wamp.error.no_such_registration")

    def test_registering_again(self):
        """Once unregistered, a procedure is free for everybody."""
        self.callee.unregister(self.registration)
        registration = self.caller.register(self.procedure)
        self.caller.unregister(registration)
        self.callee.register(self.procedure)
        self.assert_still_working()

    def test_pending_invocations_survive_unregister(self):
        request, invocation = self.invoke()
        self.callee.unregister(self.registration)
        self.callee.send(YIELD, invocation, {}, ["done"])
        self.assertEqual(self.caller.receive(), [RESULT, request, {}, ["done"]])

    def test_registered_comes_before_the_first_invocation(self):
        for _ in range(10):
            procedure = self.uri()
            first = self.caller.last_id + 1
            self.caller.send_all([[CALL, first + i, {}, procedure] for i in range(100)])
            self.caller.last_id += 100
            self.callee.send(REGISTER, self.callee.next_id(), {}, procedure)
            registration = self.callee.expect(REGISTERED)[2]
            last = self.caller.start_call(procedure, ["last"])
            while True:
                invocation = self.callee.expect(INVOCATION)
                self.assertEqual(invocation[2], registration)
                self.callee.send(YIELD, invocation[1], {})
                if invocation[4:] == [["last"]]:
                    break
            for request in range(first, last + 1):
                answer = self.caller.answer_to(CALL, request)
                self.assertTrue(answer[0] == RESULT or answer[4] == NO_SUCH_PROCEDURE)


@on_links(*USUAL)
class CallTest(RpcTest):
    def test_payloads(self):
        """Absent and empty are the same, and only what is there is sent, in both directions."""
        for sent, received in (([], []), ([[]], []), ([[], {}], []), ([[1, None]], [[1, None]]),
                               ([[1], {}], [[1]]), ([[], {"k": 1}], [[], {"k": 1}]),
                               ([[{"a": []}], {"k": {}}], [[{"a": []}], {"k": {}}])):
            with self.subTest(sent):
                request = self.caller.next_id()
                self.caller.send(CALL, request, {}, self.procedure, *sent)
                invocation = self.callee.expect(INVOCATION)
                self.assertEqual(invocation[4:], received)
                self.callee.send(YIELD, invocation[1], {}, *sent)
                self.assertEqual(self.caller.receive(), [RESULT, request, {}, *received])

    def test_errors_are_passed_on(self):
        """ERROR(INVOCATION) of the callee becomes ERROR(CALL) with the same contents."""
        for sent, received in (([], []), ([["why", 1]], [["why", 1]]), ([[], {}], []),
                               ([[], {"k": 1}], [[], {"k": 1}]), ([["x"], {"k": 1}], [["x"], {"k": 1}])):
            with self.subTest(sent):
                request, invocation = self.invoke()
                self.callee.send(ERROR, INVOCATION, invocation, {}, "my.own.error", *sent)
                answer = self.caller.receive()
                self.assert_error(answer, CALL, request, "my.own.error")
                self.assertEqual(answer[5:], received)

    def test_no_such_procedure(self):
        for procedure in (self.uri(), self.procedure + ".more", self.procedure[:-1] + "x"):
            answer = self.caller.call(procedure, [1])
            self.assert_error(answer, CALL, self.caller.last_id, NO_SUCH_PROCEDURE)

    def test_invocation_ids_count_from_one(self):
        """One counter per callee, over all its procedures and callers."""
        second, other = self.uri(), self.join()
        self.callee.register(second)
        for number in range(1, 7):
            caller = self.caller if number % 2 else other
            caller.start_call(self.procedure if number % 3 else second)
            self.assertEqual(self.callee.expect(INVOCATION)[1], number)

    def test_the_caller_is_not_disclosed_unasked(self):
        self.caller.start_call(self.procedure)
        details = self.callee.expect(INVOCATION)[3]
        self.assertFalse([key for key in details if key.startswith("caller")])

    def test_calling_oneself(self):
        request = self.callee.start_call(self.procedure, ["me"])
        self.callee.send(YIELD, self.callee.expect(INVOCATION)[1], {}, ["too"])
        self.assertEqual(self.callee.receive(), [RESULT, request, {}, ["too"]])

    def test_results_may_come_in_any_order(self):
        requests, invocations = zip(*[self.invoke([i]) for i in range(5)])
        for at in (3, 0, 4, 1, 2):
            self.callee.send(YIELD, invocations[at], {}, [at])
            self.assertEqual(self.caller.receive(), [RESULT, requests[at], {}, [at]])

    def test_invocations_are_fifo_over_all_procedures(self):
        procedures = [self.procedure, self.uri(), self.uri()]
        for procedure in procedures[1:]:
            self.callee.register(procedure)
        self.caller.send_all([[CALL, 1 + i, {}, procedures[i * 5 % 3], [i]] for i in range(600)])
        self.assertEqual([self.callee.expect(INVOCATION)[4][0] for _ in range(600)],
                         list(range(600)))

    def test_every_call_has_one_answer(self):
        first, second = self.join(), self.join()
        for peer in (first, second):
            peer.send_all([[CALL, 1 + i, {}, self.procedure, [peer.session]] for i in range(200)])
            peer.last_id = 200
        for number in range(400):
            _, invocation, _, _, args = self.callee.expect(INVOCATION)
            if number % 2:
                self.callee.send(YIELD, invocation, {}, args)
            else:
                self.callee.send(ERROR, INVOCATION, invocation, {}, "some.error", args)
        for peer in (first, second):
            requests = []
            for _ in range(200):
                answer = peer.receive()
                self.assertEqual(answer[-1], [peer.session])
                requests.append(answer[1] if answer[0] == RESULT else answer[2])
            self.assertEqual(sorted(requests), list(range(1, 201)))
            self.assert_error(peer.call(self.uri()), CALL, 201, NO_SUCH_PROCEDURE)


@on_links(*USUAL)
class AnswerTest(RpcTest):
    """Answers of callees that are too late, or never were in order."""

    def test_yield_above_the_watermark(self):
        request, invocation = self.invoke()
        self.assert_violation(self.callee, YIELD, invocation + 1, {})
        self.assert_error(self.caller.receive(), CALL, request, CANCELED)

    def test_yield_without_any_invocation(self):
        self.assert_violation(self.join(), YIELD, 1, {})

    def test_error_above_the_watermark(self):
        _, invocation = self.invoke()
        self.assert_violation(self.callee, ERROR, INVOCATION, invocation + 1, {}, "some.error")

    def test_error_of_another_type(self):
        """Clients may only send ERROR for INVOCATION."""
        for kind in (CALL, SUBSCRIBE, UNSUBSCRIBE, PUBLISH, REGISTER, UNREGISTER, YIELD, 0, 1000):
            with self.subTest(kind):
                callee = self.join()
                procedure = self.uri()
                callee.register(procedure)
                self.caller.start_call(procedure)
                callee.expect(INVOCATION)
                self.assert_violation(callee, ERROR, kind, 1, {}, "some.error")
                self.caller.expect(ERROR, CALL)

    def test_second_answers_are_ignored(self):
        request, invocation = self.invoke()
        self.callee.send(YIELD, invocation, {}, ["first"])
        self.callee.send(YIELD, invocation, {}, ["second"])
        self.callee.send(ERROR, INVOCATION, invocation, {}, "some.error")
        self.assertEqual(self.caller.receive(), [RESULT, request, {}, ["first"]])
        self.assert_still_working()

    def test_bad_error_uri(self):
        """An ERROR whose URI is no string is a violation; the call is answered all the same."""
        request, invocation = self.invoke()
        self.assert_violation(self.callee, ERROR, INVOCATION, invocation, {}, 1)
        self.assert_error(self.caller.receive(), CALL, request, CANCELED)


@on_links(*USUAL)
class ProgressTest(RpcTest):
    """Progressive call results: asked for by the caller, given by a callee that can be stopped."""

    CALLEE = {"callee": {"features": {"call_canceling": True, "progressive_call_results": True}}}

    def setUp(self):
        super().setUp()
        self.callee = self.join(roles=self.CALLEE)
        self.procedure = self.uri()
        self.callee.register(self.procedure)

    def ask(self):
        request = self.caller.start_call(self.procedure, receive_progress=True)
        invocation = self.callee.expect(INVOCATION)
        self.assertIs(invocation[3].get("receive_progress"), True)
        return request, invocation[1]

    def test_it_is_announced(self):
        features = self.caller.welcome[2]["roles"]["dealer"]["features"]
        self.assertIs(features["progressive_call_results"], True)

    def test_parts_come_in_order_and_none_after_the_final_one(self):
        request, invocation = self.ask()
        for part in range(10):
            self.callee.send(YIELD, invocation, {"progress": True}, [part])
        self.callee.send(YIELD, invocation, {}, ["end"])
        self.callee.send(YIELD, invocation, {"progress": True}, ["late"])
        for part in range(10):
            self.assertEqual(self.caller.receive(), [RESULT, request, {"progress": True}, [part]])
        self.assertEqual(self.caller.receive(), [RESULT, request, {}, ["end"]])
        self.assert_still_working()

    def test_a_part_comes_at_once(self):
        request, invocation = self.ask()
        for part in range(3):
            self.callee.send(YIELD, invocation, {"progress": True}, [part])
            self.assertEqual(self.caller.receive(), [RESULT, request, {"progress": True}, [part]])
        self.callee.send(ERROR, INVOCATION, invocation, {}, "own.error")
        self.assert_error(self.caller.receive(), CALL, request, "own.error")

    def test_who_did_not_ask_gets_the_final_result_alone(self):
        request, invocation = self.invoke()
        self.callee.send(YIELD, invocation, {"progress": True}, ["part"])
        self.callee.send(YIELD, invocation, {}, ["end"])
        self.assertEqual(self.caller.receive(), [RESULT, request, {}, ["end"]])

    def test_a_callee_that_cannot_do_it_is_not_asked(self):
        for features in ({}, {"call_canceling": True}, {"progressive_call_results": True}):
            callee = self.join(roles={"callee": {"features": features}})
            procedure = self.uri()
            callee.register(procedure)
            self.caller.start_call(procedure, receive_progress=True)
            self.assertNotIn("receive_progress", callee.expect(INVOCATION)[3])

    def test_no_parts_of_a_canceled_call(self):
        request, invocation = self.ask()
        self.caller.send(CANCEL, request, {"mode": "killnowait"})
        self.assert_error(self.caller.receive(), CALL, request, CANCELED)
        self.callee.expect(INTERRUPT)
        self.callee.send(YIELD, invocation, {"progress": True}, ["late"])
        self.assert_still_working()


@on_links(*USUAL)
class LeavingTest(RpcTest):
    """Callers and callees that leave while calls are pending."""

    def leave_in_every_way(self):
        yield "goodbye", lambda peer: peer.leave()
        yield "abort", lambda peer: peer.send(ABORT, {}, "some.reason")
        yield "violation", lambda peer: peer.send(WELCOME, 1, {})
        yield "close", lambda peer: peer.close()
        yield "reset", lambda peer: peer.link.stream.reset()

    def test_the_callee_leaves(self):
        """Each of its callers is answered with an ERROR, and the procedure is gone."""
        for name, leave in self.leave_in_every_way():
            with self.subTest(name):
                callee, procedure = self.join(), self.uri()
                callee.register(procedure)
                requests = [self.caller.start_call(procedure, [i]) for i in range(3)]
                for _ in requests:
                    callee.expect(INVOCATION)
                leave(callee)
                answers = [self.caller.receive() for _ in requests]
                for answer in answers:
                    self.assert_error(answer, CALL, answer[2], CANCELED)
                self.assertEqual(sorted(answer[2] for answer in answers), requests)
                self.assert_error(self.caller.call(procedure), CALL, self.caller.last_id,
                                  NO_SUCH_PROCEDURE)
                self.join().register(procedure)

    def test_the_caller_leaves(self):
        """A callee that can cancel is interrupted; its late answer is ignored."""
        for name, leave in self.leave_in_every_way():
            with self.subTest(name):
                caller = self.join()
                caller.start_call(self.procedure)
                invocation = self.callee.expect(INVOCATION)[1]
                leave(caller)
                interrupt = self.callee.expect(INTERRUPT, invocation)
                self.assertEqual(interrupt[2].get("mode"), "killnowait")
                self.callee.send(YIELD, invocation, {}, ["late"])
                self.assert_still_working()

    def test_the_caller_of_a_callee_that_cannot_cancel_leaves(self):
        for name, leave in self.leave_in_every_way():
            with self.subTest(name):
                caller, callee = self.join(), self.join(roles={"callee": {}})
                procedure, gone = self.uri(), self.uri()
                callee.register(procedure)
                caller.register(gone)
                caller.start_call(procedure)
                invocation = callee.expect(INVOCATION)[1]
                leave(caller)
                deadline = time.monotonic() + TIMEOUT  # once gone is free, the caller has left
                while self.caller.request(REGISTER, {}, gone)[0] == ERROR:
                    self.assertLess(time.monotonic(), deadline)
                callee.send(ERROR, INVOCATION, invocation, {}, "some.error")
                request = self.caller.start_call(procedure)
                callee.send(YIELD, callee.expect(INVOCATION, invocation + 1)[1], {})
                self.caller.expect(RESULT, request)

    def test_the_caller_joins_again_on_its_transport(self):
        """A late result does not reach the next session, though its request ids are the same."""
        request, invocation = self.invoke()
        self.assertEqual(request, 1)
        self.caller.leave()
        self.caller.join()
        self.assertEqual(self.caller.start_call(self.procedure), 1)
        self.callee.expect(INTERRUPT, invocation)
        self.callee.send(YIELD, invocation, {}, ["for the first session"])
        self.callee.send(YIELD, self.callee.expect(INVOCATION)[1], {}, ["for the second"])
        self.assertEqual(self.caller.receive(), [RESULT, 1, {}, ["for the second"]])

    def test_both_leave(self):
        self.invoke()
        self.caller.close()
        self.callee.close()
        self.caller, self.callee = self.join(), self.join()
        self.procedure = self.uri()
        self.callee.register(self.procedure)
        self.assert_still_working()


@on_links(*USUAL)
class CancelTest(RpcTest):
    def test_skip(self):
        """The caller is answered at once, the callee hears nothing, its answer is ignored."""
        request, invocation = self.invoke()
        self.caller.send(CANCEL, request, {"mode": "skip"})
        self.assert_error(self.caller.receive(), CALL, request, CANCELED)
        self.callee.send(YIELD, invocation, {}, ["late"])
        self.assert_still_working()

    def test_killnowait(self):
        """The caller is answered at once and the callee interrupted; its answer is ignored."""
        for late in ([YIELD, None, {}, ["late"]], [ERROR, INVOCATION, None, {}, CANCELED]):
            request, invocation = self.invoke()
            self.caller.send(CANCEL, request, {"mode": "killnowait"})
            self.assert_error(self.caller.receive(), CALL, request, CANCELED)
            interrupt = self.callee.expect(INTERRUPT, invocation)
            self.assertEqual(len(interrupt), 3)
            self.assertEqual(interrupt[2].get("mode"), "killnowait")
            self.callee.send(*[invocation if item is None else item for item in late])
            self.assert_still_working()

    def test_kill(self):
        """The callee is interrupted, and the caller gets what it answers."""
        request, invocation = self.invoke()
        self.caller.send(CANCEL, request, {"mode": "kill"})
        interrupt = self.callee.expect(INTERRUPT, invocation)
        self.assertEqual(interrupt[2].get("mode"), "kill")
        self.callee.send(ERROR, INVOCATION, invocation, {}, CANCELED, ["cleaned up"])
        answer = self.caller.receive()
        self.assert_error(answer, CALL, request, CANCELED)
        self.assertEqual(answer[5:], [["cleaned up"]])
        self.assert_still_working()

    def test_kill_and_a_callee_that_finishes(self):
        request, invocation = self.invoke()
        self.caller.send(CANCEL, request, {"mode": "kill"})
        self.callee.expect(INTERRUPT, invocation)
        self.callee.send(YIELD, invocation, {}, ["done"])
        self.assertEqual(self.caller.receive(), [RESULT, request, {}, ["done"]])
        self.assert_still_working()

    def test_kill_and_a_callee_that_leaves(self):
        request, invocation = self.invoke()
        self.caller.send(CANCEL, request, {"mode": "kill"})
        self.callee.expect(INTERRUPT, invocation)
        self.callee.close()
        self.assert_error(self.caller.receive(), CALL, request, CANCELED)

    def test_default_mode(self):
        """Whatever the mode is: one answer, and it says canceled."""
        request, invocation = self.invoke()
        self.caller.send(CANCEL, request, {})
        if (message := self.callee.receive())[0] == INTERRUPT:
            self.callee.send(ERROR, INVOCATION, message[1], {}, CANCELED)
        self.assert_error(self.caller.receive(), CALL, request, CANCELED)
        self.assert_still_working()

    def test_callees_that_cannot_cancel_are_not_interrupted(self):
        callee = self.join(roles={"callee": {}})
        self.procedure = self.uri()
        callee.register(self.procedure)
        self.callee = callee
        for mode in ("skip", "kill", "killnowait"):
            with self.subTest(mode):
                request, invocation = self.invoke()
                self.caller.send(CANCEL, request, {"mode": mode})
                self.assert_error(self.caller.receive(), CALL, request, CANCELED)
                callee.send(YIELD, invocation, {}, ["late"])
                self.assert_still_working()

    def test_both_spellings_of_the_feature(self):
        callee = self.join(roles={"callee": {"features": {"call_cancelling": True}}})
        procedure = self.uri()
        callee.register(procedure)
        request = self.caller.start_call(procedure)
        invocation = callee.expect(INVOCATION)[1]
        self.caller.send(CANCEL, request, {"mode": "kill"})
        callee.expect(INTERRUPT, invocation)

    def test_finished_calls_are_not_canceled(self):
        for mode in ("skip", "kill", "killnowait"):
            request, invocation = self.invoke()
            self.callee.send(YIELD, invocation, {})
            self.caller.expect(RESULT, request)
            self.caller.send(CANCEL, request, {"mode": mode})
            self.assert_still_working()

    def test_canceling_twice(self):
        for mode in ("skip", "killnowait"):
            request, _ = self.invoke()
            self.caller.send_all([[CANCEL, request, {"mode": mode}]] * 2)
            self.assert_error(self.caller.receive(), CALL, request, CANCELED)
            if mode == "killnowait":
                self.callee.expect(INTERRUPT)
            self.assert_still_working()

    def test_cancel_of_a_call_that_never_was(self):
        for request in (1, 2, MAX_ID):
            self.assert_violation(self.join(), CANCEL, request, {})
        self.caller.start_call(self.procedure)
        self.assert_violation(self.caller, CANCEL, 2, {})

    def test_nobody_cancels_the_calls_of_others(self):
        request, invocation = self.invoke()
        other = self.join()
        other.call(self.uri())
        self.assertEqual(other.last_id, request)
        other.send(CANCEL, request, {"mode": "skip"})
        other.subscribe(self.uri())
        self.callee.send(YIELD, invocation, {})
        self.caller.expect(RESULT, request)

    def test_races_of_cancel_and_yield(self):
        """Whichever wins: each call has one answer, and nobody is aborted."""
        for mode in ("skip", "kill", "killnowait"):
            with self.subTest(mode):
                pairs = [self.invoke() for _ in range(100)]
                self.caller.send_all([[CANCEL, request, {"mode": mode}] for request, _ in pairs])
                self.callee.send_all([[YIELD, invocation, {}] for _, invocation in pairs])
                answered = []
                for _ in pairs:
                    answer = self.caller.receive()
                    if answer[0] == RESULT:
                        answered.append(answer[1])
                    else:
                        self.assert_error(answer, CALL, answer[2], CANCELED)
                        answered.append(answer[2])
                self.assertEqual(sorted(answered), [request for request, _ in pairs])
                request = self.caller.start_call(self.procedure)
                while (message := self.callee.receive())[0] == INTERRUPT:
                    pass
                self.callee.send(YIELD, message[1], {})
                self.assertEqual(self.caller.receive(), [RESULT, request, {}])

    def test_call_and_cancel_in_one_write(self):
        for mode in ("skip", "kill", "killnowait"):
            request = self.caller.next_id()
            self.caller.send_all([[CALL, request, {}, self.procedure],
                                  [CANCEL, request, {"mode": mode}]])
            invocation = self.callee.expect(INVOCATION)[1]
            if mode != "skip":
                self.callee.expect(INTERRUPT, invocation)
            self.callee.send(ERROR, INVOCATION, invocation, {}, CANCELED)
            self.assert_error(self.caller.receive(), CALL, request, CANCELED)
        self.assert_still_working()



@on_links(*USUAL)
class SharedRegistrationTest(RpcTest):
    """Several callees of one procedure."""

    def share(self, **options):
        """A procedure with three callees."""
        self.procedure = self.uri()
        callees = [self.join() for _ in range(3)]
        registrations = {callee.register(self.procedure, **options) for callee in callees}
        self.assertEqual(len(registrations), 1)
        return callees

    def serve(self, callee):
        request = self.caller.start_call(self.procedure)
        callee.send(YIELD, callee.expect(INVOCATION)[1], {})
        self.caller.expect(RESULT, request)

    def test_policies(self):
        for policy, order in (("first", (0, 0, 0)), ("last", (2, 2, 2)),
                              ("roundrobin", (0, 1, 2, 0))):
            with self.subTest(policy):
                callees = self.share(invoke=policy)
                for at in order:
                    self.serve(callees[at])

    def test_random_calls_all_of_them(self):
        callees = self.share(invoke="random")
        for _ in range(200):
            self.caller.start_call(self.procedure)
        for callee in callees:
            callee.expect(INVOCATION)

    def test_the_next_in_line_follows(self):
        callees = self.share(invoke="first")
        for callee in callees:
            self.serve(callee)
            callee.leave()
        self.assert_error(self.caller.call(self.procedure), CALL, self.caller.last_id,
                          NO_SUCH_PROCEDURE)

    def test_the_policy_must_match(self):
        self.share(invoke="roundrobin")
        for options in ({}, {"invoke": "single"}, {"invoke": "first"}):
            self.assert_error(self.callee.request(REGISTER, options, self.procedure), REGISTER,
                              self.callee.last_id, "wamp.error.procedure_already_exists")

    def test_unknown_policies(self):
        for options in ({"invoke": "all"}, {"invoke": 1}, {"concurrency": "2"},
                        {"force_reregister": 1}, {"disclose_caller": "x"}):
            self.assert_violation(self.join(), REGISTER, 1, options, self.uri())

    def test_concurrency(self):
        """Calls over the limit wait for their turn; canceling works meanwhile."""
        self.procedure = self.uri()
        self.callee.register(self.procedure, concurrency=1)
        first, second, third = [self.caller.start_call(self.procedure, [i]) for i in range(3)]
        invocation = self.callee.expect(INVOCATION)[1]
        self.caller.send(CANCEL, second, {})
        self.assert_error(self.caller.receive(), CALL, second, CANCELED)
        self.callee.send(YIELD, invocation, {})
        self.caller.expect(RESULT, first)
        self.assertEqual(self.callee.expect(INVOCATION)[4], [2])
        self.callee.leave()
        self.assert_error(self.caller.receive(), CALL, third, CANCELED)

    def test_force_reregister(self):
        callee = self.join(roles=ALL_FEATURES)
        procedure = self.uri()
        registration = callee.register(procedure)
        self.callee.register(procedure, force_reregister=True)
        revoked = callee.expect(UNREGISTERED, 0)
        self.assertEqual(revoked[2]["registration"], registration)
        request = self.caller.start_call(procedure)
        self.callee.send(YIELD, self.callee.expect(INVOCATION)[1], {})
        self.caller.expect(RESULT, request)


@on_links(*USUAL)
class PatternRegistrationTest(RpcTest):
    def test_the_best_match_is_called(self):
        base = self.uri()
        patterns = {(base + ".a.b", "exact"), (base + ".a", "prefix"), (base + ".a.b", "prefix"),
                    (base + "..x.y", "wildcard"), (base + "...y", "wildcard")}
        ids = {key: self.callee.register(key[0], match=key[1]) for key in patterns}
        self.assertEqual(len(set(ids.values())), len(patterns))
        for procedure, key in ((".a.b", (base + ".a.b", "exact")),
                               (".a.bc", (base + ".a.b", "prefix")),
                               (".a.c", (base + ".a", "prefix")),
                               (".a.x.y", (base + ".a", "prefix")),
                               (".b.x.y", (base + "..x.y", "wildcard")),
                               (".b.c.y", (base + "...y", "wildcard"))):
            with self.subTest(procedure):
                self.caller.start_call(base + procedure)
                _, _, registration, details, *_ = self.callee.expect(INVOCATION)
                self.assertEqual(registration, ids[key])
                self.assertEqual(details.get("procedure"),
                                 None if key[1] == "exact" else base + procedure)
        self.assert_error(self.caller.call(base + ".b"), CALL, self.caller.last_id,
                          NO_SUCH_PROCEDURE)

    def test_bad_patterns(self):
        for match, uri in (("prefix", "a..b"), ("wildcard", "a b."), ("exact", "a."),
                           ("prefix", "wamp."), ("wildcard", "wamp..x")):
            self.assert_error(self.callee.request(REGISTER, {"match": match}, uri), REGISTER,
                              self.callee.last_id, "wamp.error.invalid_uri")


@on_links(*USUAL)
class CallerIdentificationTest(RpcTest):
    def test_on_request(self):
        self.caller.start_call(self.procedure, disclose_me=True)
        details = self.callee.expect(INVOCATION)[3]
        self.assertEqual(details, {"caller": self.caller.session,
                                   "caller_authid": self.caller.welcome[2]["authid"],
                                   "caller_authrole": self.caller.welcome[2]["authrole"]})

    def test_for_the_callee(self):
        procedure = self.uri()
        self.callee.register(procedure, disclose_caller=True)
        self.caller.start_call(procedure)
        self.assertEqual(self.callee.expect(INVOCATION)[3]["caller"], self.caller.session)


@on_links(*USUAL)
class TimeoutTest(RpcTest):
    def test_a_call_that_takes_too_long(self):
        start = time.monotonic()
        request = self.caller.start_call(self.procedure, timeout=100)
        invocation = self.callee.expect(INVOCATION)
        self.assertNotIn("timeout", invocation[3])
        self.assert_error(self.caller.receive(), CALL, request, "wamp.error.timeout")
        self.assertGreaterEqual(time.monotonic() - start, 0.1)
        self.callee.expect(INTERRUPT, invocation[1])
        self.callee.send(YIELD, invocation[1], {}, ["late"])
        self.assert_still_working()

    def test_a_call_in_time(self):
        request = self.caller.start_call(self.procedure, timeout=60_000)
        self.callee.send(YIELD, self.callee.expect(INVOCATION)[1], {})
        self.caller.expect(RESULT, request)
        self.caller.start_call(self.procedure, timeout=0)
        self.callee.expect(INVOCATION)

    def test_forwarded_to_a_callee_that_can(self):
        callee, procedure = self.join(roles=ALL_FEATURES), self.uri()
        callee.register(procedure, forward_timeout=True)
        self.caller.start_call(procedure, timeout=12_345)
        self.assertEqual(callee.expect(INVOCATION)[3], {"timeout": 12_345})


@on_links(*USUAL)
class ProgressiveInvocationTest(RpcTest):
    def setUp(self):
        super().setUp()
        self.caller, self.callee = self.join(roles=ALL_FEATURES), self.join(roles=ALL_FEATURES)
        self.procedure = self.uri()
        self.callee.register(self.procedure)

    def part(self, request, content, **options):
        self.caller.send(CALL, request, options, self.procedure, [content])

    def test_parts(self):
        request = self.caller.start_call(self.procedure, [0], progress=True, receive_progress=True)
        invocation = self.callee.expect(INVOCATION)
        self.assertEqual(invocation[3], {"progress": True, "receive_progress": True})
        self.caller.start_call(self.uri())  # ids of others come in between
        self.caller.expect(ERROR, CALL)
        self.part(request, 1, progress=True)
        self.callee.expect(INVOCATION, invocation[1], invocation[2], invocation[3], [1])
        self.callee.send(YIELD, invocation[1], {"progress": True}, ["some"])
        self.caller.expect(RESULT, request, {"progress": True}, ["some"])
        self.part(request, 2)
        self.callee.expect(INVOCATION, invocation[1], invocation[2], {"receive_progress": True}, [2])
        self.callee.send(YIELD, invocation[1], {}, ["all"])
        self.caller.expect(RESULT, request, {}, ["all"])
        self.assert_still_working()

    def test_parts_that_cross_the_answer(self):
        request = self.caller.start_call(self.procedure, [0], progress=True)
        self.callee.send(ERROR, INVOCATION, self.callee.expect(INVOCATION)[1], {}, "some.error")
        self.caller.expect(ERROR, CALL, request)
        self.part(request, 1, progress=True)
        self.part(request, 2)
        self.assert_still_working()

    def test_it_must_be_announced(self):
        self.assert_violation(self.join(), CALL, 1, {"progress": True}, self.procedure)

    def test_calls_without_parts_have_none(self):
        self.caller.send(CALL, 1, {}, self.procedure)
        self.assert_violation(self.caller, CALL, 1, {"progress": True}, self.procedure)

    def test_nothing_follows_the_last_part(self):
        self.caller.send(CALL, 1, {"progress": True}, self.procedure)
        self.caller.send(CALL, 1, {}, self.procedure)
        self.assert_violation(self.caller, CALL, 1, {}, self.procedure)

    def test_a_callee_without_the_feature(self):
        callee = self.join()
        procedure = self.uri()
        callee.register(procedure)
        self.caller.start_call(procedure, progress=True)
        self.assert_error(self.caller.receive(), CALL, self.caller.last_id,
                          "wamp.error.feature_not_supported")


@on_links(*USUAL)
class RerouteTest(RpcTest):
    def test_the_next_callee_is_asked(self):
        callees = [self.join(roles=ALL_FEATURES) for _ in range(3)]
        procedure = self.uri()
        for callee in callees:
            callee.register(procedure, invoke="first")
        for last in (YIELD, ERROR):
            request = self.caller.start_call(procedure, ["payload"])
            for callee in callees:
                invocation = callee.expect(INVOCATION)
                self.assertEqual(invocation[4:], [["payload"]])
                if last == YIELD and callee is callees[2]:
                    callee.send(YIELD, invocation[1], {}, ["done"])
                else:
                    callee.send(ERROR, INVOCATION, invocation[1], {}, "wamp.error.unavailable")
            if last == YIELD:
                self.assertEqual(self.caller.receive(), [RESULT, request, {}, ["done"]])
            else:
                self.assert_error(self.caller.receive(), CALL, request,
                                  "wamp.error.no_available_callee")


@on_links(*USUAL)
class PassthruCallTest(RpcTest):
    """Payload passthru mode."""

    ATTRIBUTES = {"ppt_scheme": "x_own", "ppt_serializer": "cbor", "ppt_cipher": "xsalsa20poly1305",
                  "ppt_keyid": "key1"}

    def test_both_ways(self):
        caller, callee = self.join(roles=ALL_FEATURES), self.join(roles=ALL_FEATURES)
        procedure, binary = self.uri(), bytes(range(256))
        callee.register(procedure)
        request = caller.start_call(procedure, [binary], **self.ATTRIBUTES)
        invocation = callee.expect(INVOCATION)
        self.assertEqual(invocation[3:], [self.ATTRIBUTES, [binary]])
        callee.send(YIELD, invocation[1], {"ppt_scheme": "wamp"}, [b"x"])
        self.assertEqual(caller.receive(), [RESULT, request, {"ppt_scheme": "wamp"}, [b"x"]])
        for args in ([], [[1]], [["text"]], [[b"x", b"y"]], [[b"x"], {"k": 1}]):
            self.assert_error(caller.request(CALL, self.ATTRIBUTES, procedure, *args), CALL,
                              caller.last_id, "wamp.error.invalid_argument")

    def test_a_callee_without_it(self):
        caller = self.join(roles=ALL_FEATURES)
        caller.start_call(self.procedure, [b"x"], **self.ATTRIBUTES)
        self.assert_error(caller.receive(), CALL, caller.last_id,
                          "wamp.error.feature_not_supported")

    def test_a_caller_without_it(self):
        callee, procedure = self.join(roles=ALL_FEATURES), self.uri()
        callee.register(procedure)
        request = self.caller.start_call(procedure)
        callee.send(YIELD, callee.expect(INVOCATION)[1], self.ATTRIBUTES, [b"x"])
        self.assert_error(self.caller.receive(), CALL, request,
                          "wamp.error.feature_not_supported")

    def test_it_must_be_announced(self):
        self.assert_violation(self.join(), CALL, 1, self.ATTRIBUTES, self.procedure, [b"x"])
        _, invocation = self.invoke()
        self.assert_violation(self.callee, YIELD, invocation, self.ATTRIBUTES, [b"x"])
