"""``python -m services.referrals``"""

from services.referrals.app import main
from shared.service import run

if __name__ == "__main__":
    run(main())
