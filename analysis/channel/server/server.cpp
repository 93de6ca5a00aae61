#include "channel/server/server.h"
