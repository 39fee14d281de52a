"""From snapshot to IR: JSON Schema in every spelling a provider may use, read without trust."""
