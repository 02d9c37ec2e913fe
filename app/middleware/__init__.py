"""What happens around every request. Plain ASGI: no request object is made here, so the hot path stays hot."""
