"""The statements of the pages that people read: one each, shaped for its page, through the driver without the ORM."""
