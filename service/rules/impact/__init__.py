"""The impact of proposed edits: every upgrade-path answer that would differ, before against after, at each instant."""
