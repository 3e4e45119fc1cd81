"""What puts Portaria on an AWS, embedded or real: template, packager, deployer, the local stack."""
