"""Case files: the page of one declaration, and what people and machines put to it beside its documents."""
