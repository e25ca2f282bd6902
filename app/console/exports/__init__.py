"""What staff take away: lists as files, rosters and badges as paper."""
