"""Who may come in by ticket (protocol.md 1.3; "Ticket-based Authentication", advanced profile)."""

from conformance import USUAL, on_links
from logins import LoginTest
from users import TICKET
from wamp_client import *


@on_links(*USUAL)
class TicketTest(LoginTest):
    def test_the_ticket_opens_again_and_again(self):
        for _ in range(3):
            self.by_ticket()

    def test_what_is_not_the_ticket(self):
        for shown in ("", "a guess", TICKET[:-1], TICKET + " ", TICKET.upper(), TICKET * 7_000):
            with self.subTest(shown[:20]):
                peer, _ = self.challenged("members", "ticket", "ticket")
                self.assert_refuses(peer, shown, {})

    def test_another_user_s_ticket(self):
        peer, _ = self.challenged("members", "ticket", "both")
        peer.send(AUTHENTICATE, TICKET, {})  # both have the same
        self.assert_welcomed(peer, "both", "clerk", "ticket")
        peer, _ = self.challenged("members", "ticket", "clerk")
        self.assert_refuses(peer, TICKET, {})
