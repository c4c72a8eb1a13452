"""The notes of the manual that are generated: where each is kept, and what makes it."""

from __future__ import annotations

import commands
import front_matter
import importing
import messages
import output_kinds
import settings
import writing

NOTES = {
    module.NOTE: module.note
    for module in (commands, front_matter, importing, messages, output_kinds, settings, writing)
}
