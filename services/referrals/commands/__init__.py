"""``buendnisbus referrals …``: what the office does with requests for help and worries, on a terminal."""
