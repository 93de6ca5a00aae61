#include "data/field_source.h"
