"""News that travels up, inside the transaction of what happened. Each receiver is one line that calls an action."""

from django.dispatch import Signal

stay_moved = Signal()  # stay, by: a stay began because a patient moved, or because a move was undone
move_weighed = Signal()  # stay, programs: the page of a move is shown; answered by {program: sentences}, what else will happen
admission_weighed = Signal()  # patient, programs: the level is chosen; answered by {program: sentences}, what of it fits their week
papers_asked = Signal()  # episodes: the packet is put together; answered by {code: {episode: day}}, texts asked of these alone
episode_closed = Signal()  # episode, by: a patient was discharged
service_replaced = Signal()  # service: it counts no more, for its note was struck through or corrected with other minutes
