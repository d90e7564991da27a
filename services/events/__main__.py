"""``python -m services.events``"""

from services.events.app import main
from shared.service import run

if __name__ == "__main__":
    run(main())
