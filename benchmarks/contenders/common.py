"""What the contenders without SQL share: the log's columns, and the ledger as a loop over piles."""

NAMES = {
    "InvoiceNo": "order_id",
    "StockCode": "product_id",
    "Description": "description",
    "Quantity": "units",
    "InvoiceDate": "ordered_at",
    "UnitPrice": "unit_price",
    "CustomerID": "customer_id",
    "Country": "country",
}
PILE = ["customer_id", "product_id"]


def last_in_first_out(piles, units):
    """Let each credit take the units that were last bought.

    Parameters
    ----------
    piles : list of int
        Pile of each step, all steps of a pile together and in the order of time.
    units : list of int
        Units of each step, below zero for credits.

    Returns
    -------
    list of tuple
        Step of a credit, step of a purchase, units that the one takes from the other.

    Examples
    --------
    >>> last_in_first_out([1, 1, 1, 2, 2], [5, 2, -3, 1, -4])
    [(2, 1, 2), (2, 0, 1), (4, 3, 1)]
    """
    taken = []
    current = None
    for step, (pile, change) in enumerate(zip(piles, units, strict=True)):
        if pile != current:
            current, stack = pile, []
        if change > 0:
            stack.append([step, change])
            continue
        wanted = -change
        while wanted and stack:
            top = stack[-1]
            piece = min(wanted, top[1])
            taken.append((step, top[0], piece))
            wanted -= piece
            top[1] -= piece
            if not top[1]:
                stack.pop()
    return taken
