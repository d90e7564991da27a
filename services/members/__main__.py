"""``python -m services.members``"""

from services.members.app import main
from shared.service import run

if __name__ == "__main__":
    run(main())
